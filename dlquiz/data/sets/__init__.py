"""The data sets, one module each; the catalog names them."""
