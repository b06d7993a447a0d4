from django.db import migrations
from django.db.models import F, TextField, Value
from django.db.models.functions import Concat


def fill_search_text(apps, _schema_editor):
    """Free text looks into it: until now only hosts' rows would have one."""
    parts = (F("full_name_folded"), Value("\n"), F("description_folded"))
    text = Concat(*parts, output_field=TextField())
    apps.get_model("inventory", "Repository").objects.update(search_text=text)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_repositories_of_hosts")]

    operations = [
        migrations.RunPython(fill_search_text, migrations.RunPython.noop, elidable=True),
    ]
