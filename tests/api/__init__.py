"""Tests of zsiso.api: sessions, signatures, queries and responses of the ZStack API."""
