from uep.access.access import rule


@rule("registry.view_regions")
def view_regions(user, subject):
    yield True, ""
