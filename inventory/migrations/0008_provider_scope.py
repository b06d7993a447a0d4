"""Every provider has its scope. Apart from the filling: PostgreSQL alters no table that the same
transaction has just written to."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("inventory", "0007_grant")]

    operations = [
        migrations.AlterField(
            model_name="provider",
            name="scope",
            field=models.CharField(editable=False, max_length=200, unique=True),
        ),
    ]
