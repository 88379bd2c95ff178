"""The version that manifests and the User-Agent carry."""

VERSION = "0.1.0"
