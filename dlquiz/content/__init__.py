"""From a file to checked documents: YAML with places, findings, and the course folder. Imports nothing by itself."""
