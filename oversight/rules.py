from uep.access.access import rule


@rule("oversight.desk")
def desk(user, subject):
    yield True, ""


@rule("oversight.register")
def register(user, subject):
    yield True, ""


@rule("oversight.report")
def report(user, subject):
    yield True, ""


@rule("oversight.export")
def export(user, subject):
    yield True, ""
