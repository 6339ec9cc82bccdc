from django.db import migrations

import youthleague.protection.fields


def forget_keyed_digests(apps, _schema_editor):
    """Delete what was kept under the index key, which nobody can compute anew; owners make new codes."""
    apps.get_model("orgs", "RecoveryCode").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0003_ends_after_begins"),
    ]

    operations = [
        migrations.RunPython(forget_keyed_digests, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint(
            model_name="recoverycode",
            name="recovery_code_once",
        ),
        migrations.AlterField(
            model_name="recoverycode",
            name="digest",
            field=youthleague.protection.fields.EncryptedTextField(verbose_name="恢复码散列"),
        ),
    ]
