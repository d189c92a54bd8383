"""What tests share: the command's runner, servers, terminals and shells."""
