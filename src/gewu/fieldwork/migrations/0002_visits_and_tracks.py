"""Visits, tracks, clues, samples and signatures."""

import django.db.models.deletion
import gewu.kernel.identifiers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('fieldwork', '0001_initial'),
        ('organisation', '0003_staff_and_structures'),
        ('security', '0007_d_token_use'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClueRule',
            fields=[
                ('code', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('name_zh', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=120)),
                ('compares', models.CharField(max_length=300)),
                ('about', models.CharField(choices=[('place', 'place'), ('facility', 'facility'), ('unit', 'unit')], max_length=10)),
                ('matter', models.CharField(max_length=12)),
                ('days', models.PositiveSmallIntegerField(default=7)),
                ('basis', models.CharField(max_length=300)),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
            ],
            options={
                'db_table': 'clue_rule',
            },
        ),
        migrations.AddField(
            model_name='finding',
            name='part',
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name='plankind',
            name='backed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='plankind',
            name='joint',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='plankind',
            name='tracks',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='plankind',
            name='unplanned',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='task',
            name='reminded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.UUIDField(default=gewu.kernel.identifiers.new_id, primary_key=True, serialize=False)),
                ('of', models.CharField(max_length=10)),
                ('place', models.CharField(max_length=17)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('percent', models.PositiveSmallIntegerField()),
                ('seed', models.CharField(max_length=32)),
                ('population', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('drawn_by', models.CharField(max_length=60)),
                ('drawn_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'field_draw',
                'indexes': [models.Index(fields=['place', 'drawn_at'], name='field_draw_place')],
            },
        ),
        migrations.CreateModel(
            name='Footprint',
            fields=[
                ('id', models.UUIDField(default=gewu.kernel.identifiers.new_id, primary_key=True, serialize=False)),
                ('place', models.CharField(max_length=17)),
                ('month', models.DateField()),
                ('x', models.IntegerField()),
                ('y', models.IntegerField()),
                ('passes', models.PositiveIntegerField(default=0)),
            ],
            options={
                'db_table': 'field_footprint',
                'constraints': [models.UniqueConstraint(fields=('place', 'month', 'x', 'y'), name='footprint_once_a_month')],
            },
        ),
        migrations.CreateModel(
            name='Track',
            fields=[
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='track', serialize=False, to='fieldwork.task')),
                ('place', models.CharField(max_length=17)),
                ('begun_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('points', models.PositiveIntegerField(default=0)),
                ('counted', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('length_m', models.PositiveIntegerField(default=0)),
                ('trail', models.JSONField(default=dict)),
                ('corners', models.JSONField(default=dict)),
                ('erased_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='security.account')),
            ],
            options={
                'db_table': 'field_track',
            },
        ),
        migrations.CreateModel(
            name='TrackPart',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('arrived_at', models.DateTimeField()),
                ('points', models.PositiveSmallIntegerField()),
                ('refused', models.PositiveSmallIntegerField(default=0)),
                ('packed', models.BinaryField()),
                ('track', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='fieldwork.track')),
            ],
            options={
                'db_table': 'field_track_part',
            },
        ),
        migrations.CreateModel(
            name='Clue',
            fields=[
                ('id', models.UUIDField(default=gewu.kernel.identifiers.new_id, primary_key=True, serialize=False)),
                ('place', models.CharField(max_length=17)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('text', models.CharField(max_length=1000)),
                ('state', models.CharField(default='open', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('raised_by', models.CharField(max_length=60)),
                ('raised_at', models.DateTimeField()),
                ('looked_by', models.CharField(blank=True, max_length=60)),
                ('looked_at', models.DateTimeField(null=True)),
                ('result', models.CharField(blank=True, max_length=1000)),
                ('finding', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clue', to='fieldwork.finding')),
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='clue', to='fieldwork.task')),
                ('rule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='clues', to='fieldwork.cluerule')),
            ],
            options={
                'db_table': 'clue',
                'indexes': [models.Index(fields=['place', 'raised_at'], name='clue_place'), models.Index(fields=['rule', 'state'], name='clue_rule_state'), models.Index(fields=['raised_at', 'id'], name='clue_age')],
                'constraints': [models.CheckConstraint(condition=models.Q(('finding__isnull', True), ('looked_at__isnull', False), _connector='OR'), name='clue_acts_only_when_looked_at')],
            },
        ),
        migrations.CreateModel(
            name='Drawn',
            fields=[
                ('id', models.UUIDField(default=gewu.kernel.identifiers.new_id, primary_key=True, serialize=False)),
                ('seq', models.PositiveSmallIntegerField()),
                ('place', models.CharField(max_length=17)),
                ('author', models.CharField(max_length=60)),
                ('state', models.CharField(default='open', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('looked_by', models.CharField(blank=True, max_length=60)),
                ('looked_at', models.DateTimeField(null=True)),
                ('result', models.CharField(blank=True, max_length=1000)),
                ('draw', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='fieldwork.draw')),
                ('finding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='fieldwork.finding')),
                ('statement', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='fieldwork.statement')),
                ('task', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='drawn', to='fieldwork.task')),
            ],
            options={
                'db_table': 'field_drawn',
                'indexes': [models.Index(fields=['place', 'state'], name='field_drawn_place')],
                'constraints': [models.UniqueConstraint(fields=('draw', 'seq'), name='field_drawn_in_order'), models.CheckConstraint(condition=models.Q(('statement__isnull', True), ('finding__isnull', True), _connector='XOR'), name='field_drawn_is_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='PlanSigner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('plan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='signers', to='fieldwork.plan')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'db_table': 'plan_signer',
                'constraints': [models.UniqueConstraint(fields=('plan', 'unit'), name='plan_signer_once')],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.UUIDField(default=gewu.kernel.identifiers.new_id, primary_key=True, serialize=False)),
                ('result', models.CharField(max_length=1000)),
                ('by', models.CharField(max_length=60)),
                ('signed_at', models.DateTimeField()),
                ('task', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='fieldwork.task')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'db_table': 'field_signature',
                'constraints': [models.UniqueConstraint(fields=('task', 'unit'), name='field_signature_once')],
            },
        ),
        migrations.AddIndex(
            model_name='track',
            index=models.Index(fields=['account', 'last_at'], name='track_of_account'),
        ),
        migrations.AddIndex(
            model_name='track',
            index=models.Index(fields=['place', 'last_at'], name='track_of_place'),
        ),
        migrations.AddIndex(
            model_name='track',
            index=models.Index(condition=models.Q(('erased_at__isnull', True)), fields=['last_at'], name='track_to_erase'),
        ),
    ]
