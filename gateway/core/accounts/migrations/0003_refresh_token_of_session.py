"""What the session says now is taken from its refresh tokens. Apart from the filling: PostgreSQL
alters no table that the same transaction has just written to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0002_session")]

    operations = [
        migrations.AlterField(
            model_name="refreshtoken",
            name="session",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="refresh_tokens", to="accounts.session"),
        ),
        migrations.RemoveField(model_name="refreshtoken", name="user"),
        migrations.RemoveField(model_name="refreshtoken", name="family"),
        migrations.RemoveField(model_name="refreshtoken", name="revoked_at"),
    ]
