"""Pages of the field app: one shell that lives on the phone; what it shows comes from the API."""
