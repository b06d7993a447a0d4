from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0018_region_origins'),
    ]

    operations = [
        migrations.AddField(
            model_name='provider',
            name='demo',
            field=models.BooleanField(default=False),
        ),
    ]
