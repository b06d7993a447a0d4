"""Addresses are stored in their canonical form, so that a filter finds them in any spelling."""

from django.db import migrations

from inventory.providers.addresses import canonical_address

BATCH = 500
# Only IPv6 addresses have more than one spelling.
MARK = ":"


def each_batch(rows, *columns):
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", *columns)[:BATCH]):
        last = found[-1][0]
        yield from found


def respelled(addresses):
    return list(dict.fromkeys(map(canonical_address, addresses)))


def canonicalize(apps, _schema_editor):
    machines = apps.get_model("inventory", "VirtualMachine").objects
    terms = apps.get_model("inventory", "MachineAddress").objects
    containers = apps.get_model("inventory", "Container").objects
    for pk, machine, address in each_batch(
        terms.filter(address__contains=MARK), "machine_id", "address"
    ):
        canonical = canonical_address(address)
        if canonical == address:
            continue
        if terms.filter(machine_id=machine, address=canonical).exists():
            terms.filter(pk=pk).delete()
        else:
            terms.filter(pk=pk).update(address=canonical)
    # The column keeps the spelling of the cloud, of which the term is in lower case.
    marked = machines.filter(search_text__contains=MARK)
    for pk, public, private, text in each_batch(
        marked, "public_ips", "private_ips", "search_text"
    ):
        values = {"public_ips": respelled(public), "private_ips": respelled(private)}
        if values["public_ips"] != public or values["private_ips"] != private:
            values["search_text"] = replaced(text, [*public, *private])
            machines.filter(pk=pk).update(**values)
    marked = containers.filter(search_text__contains=MARK)
    for pk, addresses, text in each_batch(marked, "ips", "search_text"):
        if respelled(addresses) != addresses:
            text = replaced(text, addresses)
            containers.filter(pk=pk).update(ips=respelled(addresses), search_text=text)


def replaced(text, addresses):
    """The search text, whose lines are the words of a row in lower case."""
    canonical = {one.strip().lower(): canonical_address(one).lower() for one in addresses}
    return "\n".join(dict.fromkeys(canonical.get(line, line) for line in text.split("\n")))


class Migration(migrations.Migration):

    dependencies = [
        ("inventory", "0019_provider_demo"),
    ]

    operations = [
        migrations.RunPython(canonicalize, migrations.RunPython.noop),
    ]
