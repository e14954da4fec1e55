"""Files over HTTP: `/files/{attachment}`."""
