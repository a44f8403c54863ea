"""One module or package for each format; `base` names them and loads one when it is used."""
