"""Addresses and texts of the pages of batches."""

from django.urls import reverse

from youthleague.sheets.models import ImportBatch


def address(name: str, batch: ImportBatch, *more: int, **query: str) -> str:
    """Give the address of a page of a batch."""
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(name, args=[batch.pk, *more]) + (f"?{asked}" if asked else "")


def page_of(portal, batch: ImportBatch, **query: str) -> str:
    """Give the text of a batch's page."""
    response = portal.get(address("sheet-batch", batch, **query))
    assert response.status_code == 200
    return response.content.decode()


def said(response) -> list[str]:
    """Give the messages that the page after a redirect will show."""
    return [str(one) for one in response.wsgi_request._messages]
