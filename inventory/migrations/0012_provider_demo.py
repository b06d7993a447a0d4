from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0011_longer_external_id'),
    ]

    operations = [
        migrations.AddField(
            model_name='provider',
            name='demo',
            field=models.BooleanField(default=False),
        ),
    ]
