from django.db.models import QuerySet

from notices.models import Notice


def notices_of(user) -> QuerySet[Notice]:
    """The person's notices, newest first."""
    return Notice.objects.visible_to(user)


def unread_count(user) -> int:
    return Notice.objects.visible_to(user).unread().count()
