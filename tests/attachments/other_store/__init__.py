"""The tests of files once more, on another S3 implementation."""
