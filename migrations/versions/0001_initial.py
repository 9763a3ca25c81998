"""The tables as the hall opens with them."""

import flask_security
import sqlalchemy as sa
from alembic import op

import shop.kernel.crypto
import shop.kernel.db


revision = '0001'
down_revision = None

# The books are append-only and the search has its index: neither can be said in a table definition.
SQLITE = [
    "CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry BEGIN SELECT RAISE(ABORT, 'append-only: journal_entry'); END",
    "CREATE TRIGGER journal_entry_no_delete BEFORE DELETE ON journal_entry BEGIN SELECT RAISE(ABORT, 'append-only: journal_entry'); END",
    "CREATE TRIGGER posting_no_update BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'append-only: posting'); END",
    "CREATE TRIGGER posting_no_delete BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'append-only: posting'); END",
    "CREATE TRIGGER journal_entry_no_replace BEFORE INSERT ON journal_entry WHEN EXISTS (SELECT 1 FROM journal_entry WHERE id = NEW.id OR reference = NEW.reference OR hash = NEW.hash OR reverses_id = NEW.reverses_id) BEGIN SELECT RAISE(ABORT, 'append-only: journal_entry'); END",
    "CREATE TRIGGER posting_no_replace BEFORE INSERT ON posting WHEN EXISTS (SELECT 1 FROM posting WHERE id = NEW.id OR (entry_id = NEW.entry_id AND position = NEW.position)) BEGIN SELECT RAISE(ABORT, 'append-only: posting'); END",
    "CREATE VIRTUAL TABLE IF NOT EXISTS product_search_fts USING fts5(jamo, choseong, content='product_search', content_rowid='product_id', tokenize='trigram case_sensitive 1')",
]
POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$",
    'CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()',
    'CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON posting FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()',
    'CREATE EXTENSION IF NOT EXISTS pg_trgm',
    'CREATE INDEX IF NOT EXISTS ix__product_search__jamo ON product_search USING gin (jamo gin_trgm_ops)',
    'CREATE INDEX IF NOT EXISTS ix__product_search__choseong ON product_search USING gin (choseong gin_trgm_ops)',
]


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__account')),
    sa.UniqueConstraint('code', name=op.f('uq__account__code'))
    )
    op.create_table('attempt',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('expires_ms', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk__attempt'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__attempt__expires_ms'), ['expires_ms'], unique=False)

    op.create_table('bank_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('bank', sa.String(length=20), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('holder', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__bank_account')),
    sa.UniqueConstraint('code', name=op.f('uq__bank_account__code'))
    )
    op.create_table('category',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slug', sa.String(length=40), nullable=False),
    sa.Column('zone', sa.Enum('hanji', 'food', 'living', 'books', 'gifts', name='zone', native_enum=False, length=32), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=60), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__category')),
    sa.UniqueConstraint('slug', name=op.f('uq__category__slug'))
    )
    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__category__zone'), ['zone'], unique=False)

    op.create_table('chain_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('entry_count', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__chain_head'))
    )
    op.create_table('directory_organisation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_id', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('listed_on', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.Enum('social_enterprise', 'pre_social_enterprise', 'village_enterprise', 'coop', 'social_coop', 'self_support', 'youth_startup', 'community_team', 'unreviewed', name='vendorkind', native_enum=False, length=32), nullable=False),
    sa.Column('trade', sa.String(length=120), nullable=False),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('gu', sa.String(length=20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__directory_organisation')),
    sa.UniqueConstraint('source_id', name=op.f('uq__directory_organisation__source_id'))
    )
    op.create_table('dong',
    sa.Column('code', sa.String(length=10), nullable=False),
    sa.Column('gu', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('name_en', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk__dong'))
    )
    op.create_table('ended_session',
    sa.Column('session_key', sa.String(length=64), nullable=False),
    sa.Column('ended_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('session_key', name=op.f('pk__ended_session'))
    )
    with op.batch_alter_table('ended_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__ended_session__ended_at'), ['ended_at'], unique=False)

    op.create_table('job_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('job', sa.String(length=40), nullable=False),
    sa.Column('started_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Enum('running', 'done', 'failed', 'postponed', 'lost', name='outcome', native_enum=False, length=32), nullable=False),
    sa.Column('result', sa.String(length=200), nullable=False),
    sa.Column('error', sa.String(length=500), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__job_run'))
    )
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.create_index('ix__job_run__job', ['job', 'id'], unique=False)

    op.create_table('job_slot',
    sa.Column('job', sa.String(length=40), nullable=False),
    sa.Column('held_until', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('job', name=op.f('pk__job_slot'))
    )
    op.create_table('journal_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('memo', sa.String(length=200), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('recorded_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('reverses_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('relates_to_period', sa.String(length=7), nullable=True),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.CheckConstraint('length(reference) > 0', name=op.f('ck__journal_entry__reference_given')),
    sa.ForeignKeyConstraint(['reverses_id'], ['journal_entry.id'], name=op.f('fk__journal_entry__reverses_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__journal_entry')),
    sa.UniqueConstraint('hash', name=op.f('uq__journal_entry__hash')),
    sa.UniqueConstraint('reference', name=op.f('uq__journal_entry__reference')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq__journal_entry__reverses_id'))
    )
    with op.batch_alter_table('journal_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__journal_entry__effective_on'), ['effective_on'], unique=False)
        batch_op.create_index(batch_op.f('ix__journal_entry__recorded_at'), ['recorded_at'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dedupe', sa.String(length=120), nullable=False),
    sa.Column('template', sa.String(length=60), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('recipient', shop.kernel.crypto.SealedText(), nullable=False),
    sa.Column('context', shop.kernel.crypto.SealedJson(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sent', 'failed', name='messagestate', native_enum=False, length=32), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('created_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=300), nullable=False),
    sa.Column('subject', shop.kernel.crypto.SealedText(), nullable=True),
    sa.Column('body', shop.kernel.crypto.SealedText(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__message')),
    sa.UniqueConstraint('dedupe', name=op.f('uq__message__dedupe'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index('ix__message__due', ['state', 'next_at'], unique=False)

    op.create_table('period',
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('state', sa.Enum('open', 'soft', 'hard', name='periodstate', native_enum=False, length=32), nullable=False),
    sa.Column('exception_until', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('exception_reason', sa.String(length=300), nullable=False),
    sa.Column('changed_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('month', name=op.f('pk__period'))
    )
    op.create_table('processor_payout',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('provider_id', sa.String(length=120), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('arrives_on', sa.Date(), nullable=True),
    sa.Column('is_automatic', sa.Boolean(), nullable=False),
    sa.Column('rows_won', sa.BigInteger(), nullable=True),
    sa.Column('proved_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__processor_payout')),
    sa.UniqueConstraint('provider', 'provider_id', name=op.f('uq__processor_payout__provider_provider_id'))
    )
    op.create_table('processor_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('provider_id', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('gross_won', sa.BigInteger(), nullable=False),
    sa.Column('fee_won', sa.BigInteger(), nullable=False),
    sa.Column('net_won', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.String(length=120), nullable=True),
    sa.Column('payout_provider_id', sa.String(length=120), nullable=True),
    sa.Column('created_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('available_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('entry_reference', sa.String(length=120), nullable=True),
    sa.Column('raw', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__processor_row')),
    sa.UniqueConstraint('provider', 'provider_id', name=op.f('uq__processor_row__provider_provider_id'))
    )
    with op.batch_alter_table('processor_row', schema=None) as batch_op:
        batch_op.create_index('ix__processor_row__payout', ['payout_provider_id'], unique=False)
        batch_op.create_index(batch_op.f('ix__processor_row__source_id'), ['source_id'], unique=False)

    op.create_table('provider_event',
    sa.Column('id', sa.String(length=120), nullable=False),
    sa.Column('provider', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=80), nullable=False),
    sa.Column('received_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('handled_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=120), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__provider_event'))
    )
    op.create_table('roles',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('description', sa.String(length=255), nullable=True),
    sa.Column('permissions', flask_security.datastore.AsaList(), nullable=True),
    sa.Column('update_datetime', sa.DateTime(), server_default=sa.text('(CURRENT_TIMESTAMP)'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__roles')),
    sa.UniqueConstraint('name', name=op.f('uq__roles__name'))
    )
    op.create_table('sales_import',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('running', 'done', name='importstate', native_enum=False, length=32), nullable=False),
    sa.Column('rows_done', sa.BigInteger(), nullable=False),
    sa.Column('started_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('finished_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__sales_import')),
    sa.UniqueConstraint('source', name=op.f('uq__sales_import__source'))
    )
    op.create_table('users',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('is_demo', sa.Boolean(), nullable=False),
    sa.Column('tf_last_counter', sa.BigInteger(), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=255), nullable=False),
    sa.Column('username', sa.String(length=255), nullable=True),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(), nullable=True),
    sa.Column('last_login_at', sa.DateTime(), nullable=True),
    sa.Column('current_login_at', sa.DateTime(), nullable=True),
    sa.Column('last_login_ip', sa.String(length=64), nullable=True),
    sa.Column('current_login_ip', sa.String(length=64), nullable=True),
    sa.Column('login_count', sa.Integer(), nullable=True),
    sa.Column('tf_primary_method', sa.String(length=64), nullable=True),
    sa.Column('tf_totp_secret', sa.String(length=255), nullable=True),
    sa.Column('tf_phone_number', sa.String(length=128), nullable=True),
    sa.Column('us_totp_secrets', sa.Text(), nullable=True),
    sa.Column('us_phone_number', sa.String(length=128), nullable=True),
    sa.Column('fs_webauthn_user_handle', sa.String(length=64), nullable=True),
    sa.Column('mf_recovery_codes', flask_security.datastore.AsaList(), nullable=True),
    sa.Column('create_datetime', sa.DateTime(), server_default=sa.text('(CURRENT_TIMESTAMP)'), nullable=False),
    sa.Column('update_datetime', sa.DateTime(), server_default=sa.text('(CURRENT_TIMESTAMP)'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__users')),
    sa.UniqueConstraint('email', name=op.f('uq__users__email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq__users__fs_uniquifier')),
    sa.UniqueConstraint('fs_webauthn_user_handle', name=op.f('uq__users__fs_webauthn_user_handle')),
    sa.UniqueConstraint('us_phone_number', name=op.f('uq__users__us_phone_number')),
    sa.UniqueConstraint('username', name=op.f('uq__users__username'))
    )
    op.create_table('access_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('vendor_id', sa.Integer(), nullable=True),
    sa.Column('ip', sa.String(length=45), nullable=False),
    sa.Column('action', sa.String(length=80), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk__access_record__user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__access_record'))
    )
    with op.batch_alter_table('access_record', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__access_record__at'), ['at'], unique=False)

    op.create_table('account_balance',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('balance_won', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk__account_balance__account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk__account_balance'))
    )
    op.create_table('audit_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_label', sa.String(length=80), nullable=False),
    sa.Column('action', sa.String(length=80), nullable=False),
    sa.Column('subject_kind', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('before', sa.JSON(), nullable=True),
    sa.Column('after', sa.JSON(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('request_id', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk__audit_event__actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__audit_event'))
    )
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__audit_event__at'), ['at'], unique=False)
        batch_op.create_index('ix__audit_event__subject', ['subject_kind', 'subject_id'], unique=False)

    op.create_table('bank_import',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('layout', sa.String(length=30), nullable=False),
    sa.Column('opening_won', sa.BigInteger(), nullable=False),
    sa.Column('closing_won', sa.BigInteger(), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('added_count', sa.Integer(), nullable=False),
    sa.Column('imported_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('imported_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['bank_account.id'], name=op.f('fk__bank_import__account_id')),
    sa.ForeignKeyConstraint(['imported_by'], ['users.id'], name=op.f('fk__bank_import__imported_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__bank_import'))
    )
    op.create_table('cart',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.String(length=43), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('created_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('touched_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk__cart__user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__cart')),
    sa.UniqueConstraint('token', name=op.f('uq__cart__token'))
    )
    with op.batch_alter_table('cart', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__cart__user_id'), ['user_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('order_number', sa.String(length=24), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('given', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk__consent__user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__consent__order_number'), ['order_number'], unique=False)
        batch_op.create_index(batch_op.f('ix__consent__user_id'), ['user_id'], unique=False)

    op.create_table('orders',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('token', sa.String(length=43), nullable=False),
    sa.Column('kind', sa.Enum('sale', 'return', name='orderkind', native_enum=False, length=32), nullable=False),
    sa.Column('channel', sa.Enum('web', 'hall', name='channel', native_enum=False, length=32), nullable=False),
    sa.Column('state', sa.Enum('awaiting_payment', 'paid', 'canceled', 'expired', name='orderstate', native_enum=False, length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('goods_won', sa.BigInteger(), nullable=False),
    sa.Column('parcel_won', sa.BigInteger(), nullable=False),
    sa.Column('discount_won', sa.BigInteger(), nullable=False),
    sa.Column('total_won', sa.BigInteger(), nullable=False),
    sa.Column('shopper_name', shop.kernel.crypto.SealedText(), nullable=True),
    sa.Column('shopper_phone', shop.kernel.crypto.SealedText(), nullable=True),
    sa.Column('shopper_email', shop.kernel.crypto.SealedText(), nullable=True),
    sa.Column('lookup_hash', sa.String(length=64), nullable=True),
    sa.Column('name_hash', sa.String(length=64), nullable=True),
    sa.Column('recipient', shop.kernel.crypto.SealedText(), nullable=True),
    sa.Column('postcode', sa.String(length=5), nullable=True),
    sa.Column('address', shop.kernel.crypto.SealedText(), nullable=True),
    sa.Column('delivery_note', shop.kernel.crypto.SealedText(), nullable=True),
    sa.Column('placed_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('pay_by', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('paid_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('ended_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('source', sa.String(length=40), nullable=True),
    sa.Column('source_reference', sa.String(length=40), nullable=True),
    sa.CheckConstraint('goods_won + parcel_won - discount_won = total_won', name=op.f('ck__orders__total_adds_up')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk__orders__user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__orders')),
    sa.UniqueConstraint('number', name=op.f('uq__orders__number')),
    sa.UniqueConstraint('source', 'source_reference', name=op.f('uq__orders__source_source_reference'))
    )
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__orders__lookup_hash'), ['lookup_hash'], unique=False)
        batch_op.create_index(batch_op.f('ix__orders__name_hash'), ['name_hash'], unique=False)
        batch_op.create_index('ix__orders__placed', ['placed_at', 'id'], unique=False)
        batch_op.create_index('ix__orders__state', ['state', 'pay_by'], unique=False)
        batch_op.create_index(batch_op.f('ix__orders__user_id'), ['user_id'], unique=False)

    op.create_table('other_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('row_number', sa.BigInteger(), nullable=False),
    sa.Column('invoice', sa.String(length=20), nullable=False),
    sa.Column('stock_code', sa.String(length=40), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('outcome', sa.Enum('service', 'stock', 'set_aside', name='outcome', native_enum=False, length=32), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['sales_import.id'], name=op.f('fk__other_row__import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__other_row')),
    sa.UniqueConstraint('import_id', 'row_number', name=op.f('uq__other_row__import_id_row_number'))
    )
    with op.batch_alter_table('other_row', schema=None) as batch_op:
        batch_op.create_index('ix__other_row__outcome', ['import_id', 'outcome', 'reason'], unique=False)

    op.create_table('payout_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('payout_count', sa.Integer(), nullable=False),
    sa.Column('total_won', sa.BigInteger(), nullable=False),
    sa.Column('made_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['users.id'], name=op.f('fk__payout_file__made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__payout_file')),
    sa.UniqueConstraint('hash', name=op.f('uq__payout_file__hash'))
    )
    op.create_table('posting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('entry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('vendor_id', sa.BigInteger(), nullable=True),
    sa.Column('order_line_id', sa.BigInteger(), nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=True),
    sa.CheckConstraint('amount_won <> 0', name=op.f('ck__posting__amount_not_zero')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk__posting__account_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['journal_entry.id'], name=op.f('fk__posting__entry_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__posting')),
    sa.UniqueConstraint('entry_id', 'position', name=op.f('uq__posting__entry_id_position'))
    )
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.create_index('ix__posting__account_entry', ['account_id', 'entry_id'], unique=False)
        batch_op.create_index(batch_op.f('ix__posting__order_line_id'), ['order_line_id'], unique=False)
        batch_op.create_index('ix__posting__vendor_account', ['vendor_id', 'account_id'], unique=False)

    op.create_table('roles_users',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['role_id'], ['roles.id'], name=op.f('fk__roles_users__role_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk__roles_users__user_id')),
    sa.PrimaryKeyConstraint('user_id', 'role_id', name=op.f('pk__roles_users'))
    )
    op.create_table('vendor',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.Enum('social_enterprise', 'pre_social_enterprise', 'village_enterprise', 'coop', 'social_coop', 'self_support', 'youth_startup', 'community_team', 'unreviewed', name='vendorkind', native_enum=False, length=32), nullable=False),
    sa.Column('state', sa.Enum('applied', 'returned', 'approved', 'suspended', 'imported', name='vendorstate', native_enum=False, length=32), nullable=False),
    sa.Column('brn', sa.String(length=12), nullable=False),
    sa.Column('vat_kind', sa.Enum('general', 'simplified', 'exempt', 'not_registered', name='vatkind', native_enum=False, length=32), nullable=False),
    sa.Column('mail_order_no', sa.String(length=60), nullable=False),
    sa.Column('representative', sa.String(length=60), nullable=False),
    sa.Column('dong_code', sa.String(length=10), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=120), nullable=False),
    sa.Column('tagline', sa.String(length=120), nullable=False),
    sa.Column('tagline_en', sa.String(length=200), nullable=False),
    sa.Column('story', sa.Text(), nullable=False),
    sa.Column('story_en', sa.Text(), nullable=False),
    sa.Column('tint', sa.String(length=20), nullable=False),
    sa.Column('parcel_fee_won', sa.BigInteger(), nullable=False),
    sa.Column('free_parcel_from_won', sa.BigInteger(), nullable=True),
    sa.Column('is_fictional', sa.Boolean(), nullable=False),
    sa.Column('applied_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('decided_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('review_note', sa.String(length=500), nullable=False),
    sa.CheckConstraint('parcel_fee_won >= 0', name=op.f('ck__vendor__parcel_fee_not_negative')),
    sa.ForeignKeyConstraint(['dong_code'], ['dong.code'], name=op.f('fk__vendor__dong_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__vendor')),
    sa.UniqueConstraint('brn', name=op.f('uq__vendor__brn')),
    sa.UniqueConstraint('code', name=op.f('uq__vendor__code'))
    )
    with op.batch_alter_table('vendor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__vendor__dong_code'), ['dong_code'], unique=False)
        batch_op.create_index(batch_op.f('ix__vendor__kind'), ['kind'], unique=False)
        batch_op.create_index(batch_op.f('ix__vendor__state'), ['state'], unique=False)

    op.create_table('webauthn',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(length=1024), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=True),
    sa.Column('transports', flask_security.datastore.AsaList(), nullable=True),
    sa.Column('backup_state', sa.Boolean(), nullable=False),
    sa.Column('device_type', sa.String(length=64), nullable=False),
    sa.Column('extensions', sa.String(length=255), nullable=True),
    sa.Column('create_datetime', sa.DateTime(), server_default=sa.text('(CURRENT_TIMESTAMP)'), nullable=False),
    sa.Column('lastuse_datetime', sa.DateTime(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('usage', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk__webauthn__user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__webauthn'))
    )
    with op.batch_alter_table('webauthn', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__webauthn__credential_id'), ['credential_id'], unique=True)

    op.create_table('bank_detail',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bank', sa.String(length=20), nullable=False),
    sa.Column('account_number', shop.kernel.crypto.SealedText(), nullable=False),
    sa.Column('holder', sa.String(length=60), nullable=False),
    sa.Column('created_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('verified_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('verified_by', sa.Integer(), nullable=True),
    sa.Column('retired_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['users.id'], name=op.f('fk__bank_detail__created_by')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__bank_detail__vendor_id')),
    sa.ForeignKeyConstraint(['verified_by'], ['users.id'], name=op.f('fk__bank_detail__verified_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__bank_detail'))
    )
    with op.batch_alter_table('bank_detail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__bank_detail__vendor_id'), ['vendor_id'], unique=False)

    op.create_table('bank_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('occurred_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('balance_won', sa.BigInteger(), nullable=False),
    sa.Column('description', sa.String(length=120), nullable=False),
    sa.Column('branch', sa.String(length=60), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('occurrence', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('unexplained', 'matched', 'in_case', name='banklinestate', native_enum=False, length=32), nullable=False),
    sa.CheckConstraint('amount_won <> 0', name=op.f('ck__bank_line__amount_not_zero')),
    sa.ForeignKeyConstraint(['account_id'], ['bank_account.id'], name=op.f('fk__bank_line__account_id')),
    sa.ForeignKeyConstraint(['import_id'], ['bank_import.id'], name=op.f('fk__bank_line__import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__bank_line')),
    sa.UniqueConstraint('account_id', 'fingerprint', 'occurrence', name=op.f('uq__bank_line__account_id_fingerprint_occurrence'))
    )
    with op.batch_alter_table('bank_line', schema=None) as batch_op:
        batch_op.create_index('ix__bank_line__state', ['state', 'occurred_at'], unique=False)

    op.create_table('certification',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('title_en', sa.String(length=120), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('verified_on', sa.Date(), nullable=True),
    sa.Column('verified_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__certification__vendor_id')),
    sa.ForeignKeyConstraint(['verified_by'], ['users.id'], name=op.f('fk__certification__verified_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__certification'))
    )
    with op.batch_alter_table('certification', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__certification__vendor_id'), ['vendor_id'], unique=False)

    op.create_table('commission_agreement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('category_id', sa.Integer(), nullable=True),
    sa.Column('channel', sa.String(length=16), nullable=True),
    sa.Column('bps', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('valid_from', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('valid_to', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('state', sa.Enum('proposed', 'approved', 'rejected', name='agreementstate', native_enum=False, length=32), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('bps BETWEEN 0 AND 5000', name=op.f('ck__commission_agreement__bps_in_bounds')),
    sa.ForeignKeyConstraint(['approved_by'], ['users.id'], name=op.f('fk__commission_agreement__approved_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['users.id'], name=op.f('fk__commission_agreement__proposed_by')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__commission_agreement__vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__commission_agreement'))
    )
    with op.batch_alter_table('commission_agreement', schema=None) as batch_op:
        batch_op.create_index('ix__commission_agreement__scope', ['state', 'vendor_id'], unique=False)

    op.create_table('location',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('vendor_shelf', 'hall', 'exhibition', 'old_till', name='locationkind', native_enum=False, length=32), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__location__vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__location')),
    sa.UniqueConstraint('kind', 'vendor_id', name=op.f('uq__location__kind_vendor_id'))
    )
    op.create_table('membership',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('owner', 'editor', 'viewer', name='teamrole', native_enum=False, length=32), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk__membership__user_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__membership__vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__membership')),
    sa.UniqueConstraint('vendor_id', 'user_id', name=op.f('uq__membership__vendor_id_user_id'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__membership__user_id'), ['user_id'], unique=False)

    op.create_table('payment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('method', sa.Enum('bank_transfer', 'pay_at_hall', 'card', 'old_till', name='paymentmethod', native_enum=False, length=32), nullable=False),
    sa.Column('state', sa.Enum('pending', 'paid', 'failed', 'expired', 'canceled', name='paymentstate', native_enum=False, length=32), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('payer_name', sa.String(length=60), nullable=True),
    sa.Column('pay_by', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('provider', sa.String(length=20), nullable=True),
    sa.Column('idempotency_key', sa.String(length=80), nullable=True),
    sa.Column('session_id', sa.String(length=120), nullable=True),
    sa.Column('intent_id', sa.String(length=120), nullable=True),
    sa.Column('charge_id', sa.String(length=120), nullable=True),
    sa.Column('asset_account', sa.String(length=80), nullable=True),
    sa.Column('created_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('paid_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount_won > 0', name=op.f('ck__payment__amount_positive')),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk__payment__order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__payment')),
    sa.UniqueConstraint('charge_id', name=op.f('uq__payment__charge_id')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq__payment__idempotency_key')),
    sa.UniqueConstraint('intent_id', name=op.f('uq__payment__intent_id')),
    sa.UniqueConstraint('session_id', name=op.f('uq__payment__session_id'))
    )
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__payment__order_id'), ['order_id'], unique=False)
        batch_op.create_index('ix__payment__pending', ['state', 'method', 'amount_won'], unique=False)

    op.create_table('payout',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=24), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('prepared', 'approved', 'sent', 'paid', 'failed', 'canceled', name='payoutstate', native_enum=False, length=32), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('bank', sa.String(length=20), nullable=True),
    sa.Column('account_number', shop.kernel.crypto.SealedText(), nullable=True),
    sa.Column('holder', sa.String(length=60), nullable=True),
    sa.Column('prepared_by', sa.Integer(), nullable=True),
    sa.Column('prepared_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.CheckConstraint('amount_won > 0', name=op.f('ck__payout__amount_positive')),
    sa.ForeignKeyConstraint(['approved_by'], ['users.id'], name=op.f('fk__payout__approved_by')),
    sa.ForeignKeyConstraint(['file_id'], ['payout_file.id'], name=op.f('fk__payout__file_id')),
    sa.ForeignKeyConstraint(['prepared_by'], ['users.id'], name=op.f('fk__payout__prepared_by')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__payout__vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__payout')),
    sa.UniqueConstraint('number', name=op.f('uq__payout__number'))
    )
    with op.batch_alter_table('payout', schema=None) as batch_op:
        batch_op.create_index('ix__payout__state', ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix__payout__vendor_id'), ['vendor_id'], unique=False)

    op.create_table('product',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('category_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('zone', sa.Enum('hanji', 'food', 'living', 'books', 'gifts', name='zone', native_enum=False, length=32), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('name_en', sa.String(length=160), nullable=False),
    sa.Column('summary', sa.String(length=200), nullable=False),
    sa.Column('summary_en', sa.String(length=300), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('description_en', sa.Text(), nullable=False),
    sa.Column('tax_class', sa.Enum('taxable', 'exempt', name='taxclass', native_enum=False, length=32), nullable=False),
    sa.Column('notice_class', sa.Enum('fresh_food', 'processed_food', 'goods', 'book', 'service', name='noticeclass', native_enum=False, length=32), nullable=False),
    sa.Column('notice', sa.JSON(), nullable=False),
    sa.Column('origin', sa.String(length=80), nullable=False),
    sa.Column('drawing', sa.String(length=40), nullable=False),
    sa.Column('option_name', sa.String(length=40), nullable=False),
    sa.Column('option_name_en', sa.String(length=60), nullable=False),
    sa.Column('by_parcel', sa.Boolean(), nullable=False),
    sa.Column('by_pickup', sa.Boolean(), nullable=False),
    sa.Column('is_perishable', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'returned', 'published', 'withdrawn', name='listingstate', native_enum=False, length=32), nullable=False),
    sa.Column('review_note', sa.String(length=500), nullable=False),
    sa.Column('min_price_won', sa.BigInteger(), nullable=False),
    sa.Column('created_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('published_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk__product__category_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__product__vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__product')),
    sa.UniqueConstraint('code', name=op.f('uq__product__code'))
    )
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.create_index('ix__product__new', ['state', 'published_at', 'id'], unique=False)
        batch_op.create_index('ix__product__price', ['state', 'min_price_won', 'id'], unique=False)
        batch_op.create_index('ix__product__shelf', ['state', 'category_id', 'published_at', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix__product__vendor_id'), ['vendor_id'], unique=False)
        batch_op.create_index('ix__product__zone', ['state', 'zone', 'published_at', 'id'], unique=False)

    op.create_table('vendor_order',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('way', sa.Enum('parcel', 'pickup', name='deliveryway', native_enum=False, length=32), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'preparing', 'shipped', 'handed_over', 'confirmed', 'canceled', name='fulfilmentstate', native_enum=False, length=32), nullable=False),
    sa.Column('parcel_won', sa.BigInteger(), nullable=False),
    sa.Column('discount_won', sa.BigInteger(), nullable=False),
    sa.Column('total_won', sa.BigInteger(), nullable=False),
    sa.Column('seller', sa.JSON(), nullable=False),
    sa.Column('ship_by', sa.Date(), nullable=True),
    sa.Column('courier', sa.String(length=40), nullable=True),
    sa.Column('tracking_number', sa.String(length=40), nullable=True),
    sa.Column('fulfilled_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk__vendor_order__order_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__vendor_order__vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__vendor_order')),
    sa.UniqueConstraint('order_id', 'vendor_id', 'way', name=op.f('uq__vendor_order__order_id_vendor_id_way'))
    )
    with op.batch_alter_table('vendor_order', schema=None) as batch_op:
        batch_op.create_index('ix__vendor_order__confirm', ['state', 'fulfilled_at'], unique=False)
        batch_op.create_index('ix__vendor_order__inbox', ['vendor_id', 'state', 'id'], unique=False)

    op.create_table('discrepancy_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('bank_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('processor_row_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.Enum('open', 'proposed', 'closed', name='casestate', native_enum=False, length=32), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('opened_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('proposal', sa.String(length=500), nullable=False),
    sa.Column('proposal_account', sa.String(length=80), nullable=True),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('closed_by', sa.Integer(), nullable=True),
    sa.Column('closed_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['bank_line_id'], ['bank_line.id'], name=op.f('fk__discrepancy_case__bank_line_id')),
    sa.ForeignKeyConstraint(['closed_by'], ['users.id'], name=op.f('fk__discrepancy_case__closed_by')),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk__discrepancy_case__owner_id')),
    sa.ForeignKeyConstraint(['processor_row_id'], ['processor_row.id'], name=op.f('fk__discrepancy_case__processor_row_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['users.id'], name=op.f('fk__discrepancy_case__proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__discrepancy_case'))
    )
    with op.batch_alter_table('discrepancy_case', schema=None) as batch_op:
        batch_op.create_index('ix__discrepancy_case__state', ['state', 'due_on'], unique=False)

    op.create_table('match',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bank_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('target_kind', sa.Enum('payment', 'payout', 'processor_payout', 'refund', 'hall_deposit', 'unidentified', 'surplus', 'case', name='matchtarget', native_enum=False, length=32), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=True),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('is_automatic', sa.Boolean(), nullable=False),
    sa.Column('entry_reference', sa.String(length=120), nullable=True),
    sa.Column('made_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('undone_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.CheckConstraint('amount_won <> 0', name=op.f('ck__match__amount_not_zero')),
    sa.ForeignKeyConstraint(['bank_line_id'], ['bank_line.id'], name=op.f('fk__match__bank_line_id')),
    sa.ForeignKeyConstraint(['made_by'], ['users.id'], name=op.f('fk__match__made_by')),
    sa.ForeignKeyConstraint(['undone_by'], ['users.id'], name=op.f('fk__match__undone_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__match'))
    )
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__match__bank_line_id'), ['bank_line_id'], unique=False)
        batch_op.create_index('ix__match__target', ['target_kind', 'target_id'], unique=False)

    op.create_table('product_image',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('widths', sa.JSON(), nullable=False),
    sa.Column('alt', sa.String(length=160), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk__product_image__product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__product_image'))
    )
    with op.batch_alter_table('product_image', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__product_image__product_id'), ['product_id'], unique=False)

    op.create_table('product_search',
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('jamo', sa.Text(), nullable=False),
    sa.Column('choseong', sa.Text(), nullable=False),
    sa.Column('published_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk__product_search__product_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk__product_search'))
    )
    op.create_table('statement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('state', sa.Enum('issued', 'approved', 'paid', 'held', 'canceled', name='statementstate', native_enum=False, length=32), nullable=False),
    sa.Column('line_count', sa.Integer(), nullable=False),
    sa.Column('list_won', sa.BigInteger(), nullable=False),
    sa.Column('commission_won', sa.BigInteger(), nullable=False),
    sa.Column('commission_vat_won', sa.BigInteger(), nullable=False),
    sa.Column('net_won', sa.BigInteger(), nullable=False),
    sa.Column('issued_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('object_until', sa.Date(), nullable=False),
    sa.Column('objection', sa.String(length=500), nullable=False),
    sa.Column('payout_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('net_won = list_won - commission_won - commission_vat_won', name=op.f('ck__statement__net_adds_up')),
    sa.ForeignKeyConstraint(['payout_id'], ['payout.id'], name=op.f('fk__statement__payout_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__statement__vendor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__statement')),
    sa.UniqueConstraint('number', name=op.f('uq__statement__number'))
    )
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__statement__month'), ['month'], unique=False)
        batch_op.create_index(batch_op.f('ix__statement__payout_id'), ['payout_id'], unique=False)
        batch_op.create_index('ix__statement__vendor', ['vendor_id', 'month'], unique=False)

    op.create_table('variant',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sku', sa.String(length=40), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('label_en', sa.String(length=80), nullable=False),
    sa.Column('price_won', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('price_won > 0', name=op.f('ck__variant__price_positive')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk__variant__product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__variant')),
    sa.UniqueConstraint('product_id', 'label', name=op.f('uq__variant__product_id_label')),
    sa.UniqueConstraint('sku', name=op.f('uq__variant__sku'))
    )
    with op.batch_alter_table('variant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__variant__product_id'), ['product_id'], unique=False)

    op.create_table('cart_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cart_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('variant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('way', sa.Enum('parcel', 'pickup', name='deliveryway', native_enum=False, length=32), nullable=False),
    sa.Column('price_seen_won', sa.BigInteger(), nullable=False),
    sa.Column('added_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('quantity BETWEEN 1 AND 99', name=op.f('ck__cart_line__quantity_in_bounds')),
    sa.ForeignKeyConstraint(['cart_id'], ['cart.id'], name=op.f('fk__cart_line__cart_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['variant_id'], ['variant.id'], name=op.f('fk__cart_line__variant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__cart_line')),
    sa.UniqueConstraint('cart_id', 'variant_id', name=op.f('uq__cart_line__cart_id_variant_id'))
    )
    op.create_table('hold',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('order_line_id', sa.Integer(), nullable=False),
    sa.Column('variant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('location_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('held', 'consumed', 'released', name='holdstate', native_enum=False, length=32), nullable=False),
    sa.Column('created_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck__hold__quantity_positive')),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk__hold__location_id')),
    sa.ForeignKeyConstraint(['variant_id'], ['variant.id'], name=op.f('fk__hold__variant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__hold'))
    )
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.create_index('ix__hold__order', ['order_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix__hold__variant_id'), ['variant_id'], unique=False)

    op.create_table('order_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vendor_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('variant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('product_code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('unit_price_won', sa.BigInteger(), nullable=False),
    sa.Column('list_won', sa.BigInteger(), nullable=False),
    sa.Column('discount_won', sa.BigInteger(), nullable=False),
    sa.Column('tax_class', sa.Enum('taxable', 'exempt', name='taxclass', native_enum=False, length=32), nullable=False),
    sa.Column('vat_won', sa.BigInteger(), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('commission_bps', sa.Integer(), nullable=False),
    sa.Column('commission_won', sa.BigInteger(), nullable=False),
    sa.Column('commission_vat_won', sa.BigInteger(), nullable=False),
    sa.Column('net_won', sa.BigInteger(), nullable=False),
    sa.Column('returned_quantity', sa.Integer(), nullable=False),
    sa.Column('source_row', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('net_won = list_won - commission_won - commission_vat_won', name=op.f('ck__order_line__net_adds_up')),
    sa.ForeignKeyConstraint(['agreement_id'], ['commission_agreement.id'], name=op.f('fk__order_line__agreement_id')),
    sa.ForeignKeyConstraint(['variant_id'], ['variant.id'], name=op.f('fk__order_line__variant_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__order_line__vendor_id')),
    sa.ForeignKeyConstraint(['vendor_order_id'], ['vendor_order.id'], name=op.f('fk__order_line__vendor_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__order_line'))
    )
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.create_index('ix__order_line__variant', ['variant_id'], unique=False)
        batch_op.create_index(batch_op.f('ix__order_line__vendor_order_id'), ['vendor_order_id'], unique=False)

    op.create_table('stock_level',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('variant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('location_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('on_hand', sa.Integer(), nullable=False),
    sa.Column('reserved', sa.Integer(), nullable=False),
    sa.CheckConstraint('reserved >= 0 AND reserved <= on_hand', name=op.f('ck__stock_level__reserved_within_on_hand')),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk__stock_level__location_id')),
    sa.ForeignKeyConstraint(['variant_id'], ['variant.id'], name=op.f('fk__stock_level__variant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__stock_level')),
    sa.UniqueConstraint('variant_id', 'location_id', name=op.f('uq__stock_level__variant_id_location_id'))
    )
    with op.batch_alter_table('stock_level', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__stock_level__location_id'), ['location_id'], unique=False)

    op.create_table('stock_movement',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('variant_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('location_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('receipt', 'sale', 'return', 'transfer', 'correction', 'loss', name='movementkind', native_enum=False, length=32), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('reference', sa.String(length=80), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk__stock_movement__actor_id')),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk__stock_movement__location_id')),
    sa.ForeignKeyConstraint(['variant_id'], ['variant.id'], name=op.f('fk__stock_movement__variant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__stock_movement')),
    sa.UniqueConstraint('reference', name=op.f('uq__stock_movement__reference'))
    )
    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__stock_movement__variant_id'), ['variant_id'], unique=False)

    op.create_table('refund',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('payment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('vendor_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('amount_won', sa.BigInteger(), nullable=False),
    sa.Column('discount_won', sa.BigInteger(), nullable=False),
    sa.Column('commission_won', sa.BigInteger(), nullable=False),
    sa.Column('commission_vat_won', sa.BigInteger(), nullable=False),
    sa.Column('net_won', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.Enum('due', 'sent', 'failed', name='refundstate', native_enum=False, length=32), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('was_confirmed', sa.Boolean(), nullable=False),
    sa.Column('idempotency_key', sa.String(length=80), nullable=False),
    sa.Column('provider_id', sa.String(length=120), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('created_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('sent_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount_won > 0', name=op.f('ck__refund__amount_positive')),
    sa.ForeignKeyConstraint(['decided_by'], ['users.id'], name=op.f('fk__refund__decided_by')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk__refund__order_line_id')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk__refund__payment_id')),
    sa.ForeignKeyConstraint(['vendor_order_id'], ['vendor_order.id'], name=op.f('fk__refund__vendor_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__refund')),
    sa.UniqueConstraint('idempotency_key', name=op.f('uq__refund__idempotency_key')),
    sa.UniqueConstraint('provider_id', name=op.f('uq__refund__provider_id'))
    )
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix__refund__order_line_id'), ['order_line_id'], unique=False)
        batch_op.create_index(batch_op.f('ix__refund__payment_id'), ['payment_id'], unique=False)

    op.create_table('settlement_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('vendor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('earning', 'parcel', 'reversal', 'adjustment', name='linekind', native_enum=False, length=32), nullable=False),
    sa.Column('order_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('vendor_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('refund_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('list_won', sa.BigInteger(), nullable=False),
    sa.Column('commission_won', sa.BigInteger(), nullable=False),
    sa.Column('commission_vat_won', sa.BigInteger(), nullable=False),
    sa.Column('net_won', sa.BigInteger(), nullable=False),
    sa.Column('discount_won', sa.BigInteger(), nullable=False),
    sa.Column('memo', sa.String(length=200), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('confirmed_at', shop.kernel.db.UTCDateTime(timezone=True), nullable=False),
    sa.Column('statement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('net_won = list_won - commission_won - commission_vat_won', name=op.f('ck__settlement_line__net_adds_up')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk__settlement_line__order_line_id')),
    sa.ForeignKeyConstraint(['refund_id'], ['refund.id'], name=op.f('fk__settlement_line__refund_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['statement.id'], name=op.f('fk__settlement_line__statement_id')),
    sa.ForeignKeyConstraint(['vendor_id'], ['vendor.id'], name=op.f('fk__settlement_line__vendor_id')),
    sa.ForeignKeyConstraint(['vendor_order_id'], ['vendor_order.id'], name=op.f('fk__settlement_line__vendor_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk__settlement_line'))
    )
    with op.batch_alter_table('settlement_line', schema=None) as batch_op:
        batch_op.create_index('ix__settlement_line__effective', ['effective_on'], unique=False)
        batch_op.create_index('ix__settlement_line__statement', ['statement_id'], unique=False)
        batch_op.create_index('ix__settlement_line__unclaimed', ['vendor_id', 'statement_id', 'effective_on'], unique=False)
        batch_op.create_index('uq__settlement_line__order_line', ['kind', 'order_line_id'], unique=True, sqlite_where=sa.text('refund_id IS NULL AND order_line_id IS NOT NULL'), postgresql_where=sa.text('refund_id IS NULL AND order_line_id IS NOT NULL'))
        batch_op.create_index('uq__settlement_line__parcel', ['vendor_order_id'], unique=True, sqlite_where=sa.text("kind = 'parcel'"), postgresql_where=sa.text("kind = 'parcel'"))
        batch_op.create_index('uq__settlement_line__refund', ['refund_id'], unique=True, sqlite_where=sa.text('refund_id IS NOT NULL'), postgresql_where=sa.text('refund_id IS NOT NULL'))

    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE IF EXISTS product_search_fts")
    with op.batch_alter_table('settlement_line', schema=None) as batch_op:
        batch_op.drop_index('uq__settlement_line__refund', sqlite_where=sa.text('refund_id IS NOT NULL'), postgresql_where=sa.text('refund_id IS NOT NULL'))
        batch_op.drop_index('uq__settlement_line__parcel', sqlite_where=sa.text("kind = 'parcel'"), postgresql_where=sa.text("kind = 'parcel'"))
        batch_op.drop_index('uq__settlement_line__order_line', sqlite_where=sa.text('refund_id IS NULL AND order_line_id IS NOT NULL'), postgresql_where=sa.text('refund_id IS NULL AND order_line_id IS NOT NULL'))
        batch_op.drop_index('ix__settlement_line__unclaimed')
        batch_op.drop_index('ix__settlement_line__statement')
        batch_op.drop_index('ix__settlement_line__effective')

    op.drop_table('settlement_line')
    with op.batch_alter_table('refund', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__refund__payment_id'))
        batch_op.drop_index(batch_op.f('ix__refund__order_line_id'))

    op.drop_table('refund')
    with op.batch_alter_table('stock_movement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__stock_movement__variant_id'))

    op.drop_table('stock_movement')
    with op.batch_alter_table('stock_level', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__stock_level__location_id'))

    op.drop_table('stock_level')
    with op.batch_alter_table('order_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__order_line__vendor_order_id'))
        batch_op.drop_index('ix__order_line__variant')

    op.drop_table('order_line')
    with op.batch_alter_table('hold', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__hold__variant_id'))
        batch_op.drop_index('ix__hold__order')

    op.drop_table('hold')
    op.drop_table('cart_line')
    with op.batch_alter_table('variant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__variant__product_id'))

    op.drop_table('variant')
    with op.batch_alter_table('statement', schema=None) as batch_op:
        batch_op.drop_index('ix__statement__vendor')
        batch_op.drop_index(batch_op.f('ix__statement__payout_id'))
        batch_op.drop_index(batch_op.f('ix__statement__month'))

    op.drop_table('statement')
    op.drop_table('product_search')
    with op.batch_alter_table('product_image', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__product_image__product_id'))

    op.drop_table('product_image')
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.drop_index('ix__match__target')
        batch_op.drop_index(batch_op.f('ix__match__bank_line_id'))

    op.drop_table('match')
    with op.batch_alter_table('discrepancy_case', schema=None) as batch_op:
        batch_op.drop_index('ix__discrepancy_case__state')

    op.drop_table('discrepancy_case')
    with op.batch_alter_table('vendor_order', schema=None) as batch_op:
        batch_op.drop_index('ix__vendor_order__inbox')
        batch_op.drop_index('ix__vendor_order__confirm')

    op.drop_table('vendor_order')
    with op.batch_alter_table('product', schema=None) as batch_op:
        batch_op.drop_index('ix__product__zone')
        batch_op.drop_index(batch_op.f('ix__product__vendor_id'))
        batch_op.drop_index('ix__product__shelf')
        batch_op.drop_index('ix__product__price')
        batch_op.drop_index('ix__product__new')

    op.drop_table('product')
    with op.batch_alter_table('payout', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__payout__vendor_id'))
        batch_op.drop_index('ix__payout__state')

    op.drop_table('payout')
    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.drop_index('ix__payment__pending')
        batch_op.drop_index(batch_op.f('ix__payment__order_id'))

    op.drop_table('payment')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__membership__user_id'))

    op.drop_table('membership')
    op.drop_table('location')
    with op.batch_alter_table('commission_agreement', schema=None) as batch_op:
        batch_op.drop_index('ix__commission_agreement__scope')

    op.drop_table('commission_agreement')
    with op.batch_alter_table('certification', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__certification__vendor_id'))

    op.drop_table('certification')
    with op.batch_alter_table('bank_line', schema=None) as batch_op:
        batch_op.drop_index('ix__bank_line__state')

    op.drop_table('bank_line')
    with op.batch_alter_table('bank_detail', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__bank_detail__vendor_id'))

    op.drop_table('bank_detail')
    with op.batch_alter_table('webauthn', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__webauthn__credential_id'))

    op.drop_table('webauthn')
    with op.batch_alter_table('vendor', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__vendor__state'))
        batch_op.drop_index(batch_op.f('ix__vendor__kind'))
        batch_op.drop_index(batch_op.f('ix__vendor__dong_code'))

    op.drop_table('vendor')
    op.drop_table('roles_users')
    with op.batch_alter_table('posting', schema=None) as batch_op:
        batch_op.drop_index('ix__posting__vendor_account')
        batch_op.drop_index(batch_op.f('ix__posting__order_line_id'))
        batch_op.drop_index('ix__posting__account_entry')

    op.drop_table('posting')
    op.drop_table('payout_file')
    with op.batch_alter_table('other_row', schema=None) as batch_op:
        batch_op.drop_index('ix__other_row__outcome')

    op.drop_table('other_row')
    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__orders__user_id'))
        batch_op.drop_index('ix__orders__state')
        batch_op.drop_index('ix__orders__placed')
        batch_op.drop_index(batch_op.f('ix__orders__name_hash'))
        batch_op.drop_index(batch_op.f('ix__orders__lookup_hash'))

    op.drop_table('orders')
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__consent__user_id'))
        batch_op.drop_index(batch_op.f('ix__consent__order_number'))

    op.drop_table('consent')
    with op.batch_alter_table('cart', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__cart__user_id'))

    op.drop_table('cart')
    op.drop_table('bank_import')
    with op.batch_alter_table('audit_event', schema=None) as batch_op:
        batch_op.drop_index('ix__audit_event__subject')
        batch_op.drop_index(batch_op.f('ix__audit_event__at'))

    op.drop_table('audit_event')
    op.drop_table('account_balance')
    with op.batch_alter_table('access_record', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__access_record__at'))

    op.drop_table('access_record')
    op.drop_table('users')
    op.drop_table('sales_import')
    op.drop_table('roles')
    op.drop_table('provider_event')
    with op.batch_alter_table('processor_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__processor_row__source_id'))
        batch_op.drop_index('ix__processor_row__payout')

    op.drop_table('processor_row')
    op.drop_table('processor_payout')
    op.drop_table('period')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix__message__due')

    op.drop_table('message')
    with op.batch_alter_table('journal_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__journal_entry__recorded_at'))
        batch_op.drop_index(batch_op.f('ix__journal_entry__effective_on'))

    op.drop_table('journal_entry')
    op.drop_table('job_slot')
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.drop_index('ix__job_run__job')

    op.drop_table('job_run')
    with op.batch_alter_table('ended_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__ended_session__ended_at'))

    op.drop_table('ended_session')
    op.drop_table('dong')
    op.drop_table('directory_organisation')
    op.drop_table('chain_head')
    with op.batch_alter_table('category', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__category__zone'))

    op.drop_table('category')
    op.drop_table('bank_account')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix__attempt__expires_ms'))

    op.drop_table('attempt')
    op.drop_table('account')
