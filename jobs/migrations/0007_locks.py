from django.db import migrations, models


def fill(apps, _schema_editor):
    """Jobs of the last release that change tags."""
    apps.get_model("jobs", "Job").objects.filter(operation="virtual_machine.tag").update(lock="tags")


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0006_names_rights_and_created'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='job',
            name='one_unfinished_job_per_target',
        ),
        migrations.AddField(
            model_name='job',
            name='lock',
            field=models.CharField(db_default='main', default='main', max_length=20),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('target__isnull', False), ('state__in', ['QUEUED', 'RUNNING', 'CANCELING'])), fields=('target', 'lock'), name='one_unfinished_job_per_lock'),
        ),
    ]
