from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Concat

from youthleague.protection.keys import keyring


def name_the_key(apps, _schema_editor):
    """Put the id of the one key there was before the indexes that it made."""
    unnamed = apps.get_model("cadres", "Cadre").objects.exclude(id_number_index__contains=":")
    unnamed.update(id_number_index=Concat(Value(f"{keyring().ids('index')[0]}:"), F("id_number_index")))


class Migration(migrations.Migration):
    dependencies = [
        ("cadres", "0002_lean_indexes"),
        ("protection", "0002_index_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="cadre",
            name="id_number_index_next",
            field=models.CharField(editable=False, max_length=81, null=True, verbose_name="身份证号新索引"),
        ),
        migrations.AlterField(
            model_name="cadre",
            name="id_number_index",
            field=models.CharField(editable=False, max_length=81, verbose_name="身份证号索引"),
        ),
        migrations.AddConstraint(
            model_name="cadre",
            constraint=models.UniqueConstraint(
                fields=("id_number_index_next",), name="cadre_once_next", violation_error_message="该身份证号已经登记。"
            ),
        ),
        migrations.RunPython(name_the_key, migrations.RunPython.noop, elidable=True),
    ]
