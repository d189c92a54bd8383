"""What draws a result, and the only place that writes stdout."""
