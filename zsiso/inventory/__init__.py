"""Records of ZStack resources, as pure functions: columns, sorting, candidates, ISO images."""
