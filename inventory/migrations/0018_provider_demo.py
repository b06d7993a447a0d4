from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0017_problem'),
    ]

    operations = [
        migrations.AddField(
            model_name='provider',
            name='demo',
            field=models.BooleanField(default=False),
        ),
    ]
