"""Files that leave the portal: always to be saved, never shown or run in its own origin."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def attachment_response(content: bytes, filename: str, media_type: str) -> HttpResponse:
    """Send a file to be saved, in a sandbox should a browser open it all the same."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
