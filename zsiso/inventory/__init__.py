"""Pure: VM instances and ISO images as records with columns, filters and an order."""
