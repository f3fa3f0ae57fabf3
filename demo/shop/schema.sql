-- The demo shop's tables. Every statement may run again on a database that has them.

CREATE SCHEMA IF NOT EXISTS shop;

CREATE TABLE IF NOT EXISTS shop.customers (
    id text PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    tier text NOT NULL,
    locale text NOT NULL,
    address text,
    closed boolean NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS customers_email ON shop.customers (lower(email));

CREATE TABLE IF NOT EXISTS shop.orders (
    id text PRIMARY KEY,
    customer_id text NOT NULL REFERENCES shop.customers,
    status text NOT NULL,
    items text[] NOT NULL,
    total_amount numeric(14, 2) NOT NULL,
    currency text NOT NULL,
    placed_on date NOT NULL,
    shipped_on date,
    expected_on date,
    delivered_on date,
    carrier text,
    tracking text,
    address text
);
CREATE UNIQUE INDEX IF NOT EXISTS orders_id ON shop.orders (upper(id));
CREATE INDEX IF NOT EXISTS orders_customer ON shop.orders (customer_id);

CREATE TABLE IF NOT EXISTS shop.payments (
    id text PRIMARY KEY,
    customer_id text NOT NULL REFERENCES shop.customers,
    order_id text REFERENCES shop.orders,
    status text NOT NULL,
    amount numeric(14, 2) NOT NULL,
    refunded_amount numeric(14, 2) NOT NULL,
    currency text NOT NULL,
    paid_on date NOT NULL,
    method text NOT NULL,
    CHECK (refunded_amount BETWEEN 0 AND amount)
);
CREATE INDEX IF NOT EXISTS payments_customer ON shop.payments (customer_id);

CREATE TABLE IF NOT EXISTS shop.subscriptions (
    id text PRIMARY KEY,
    customer_id text NOT NULL UNIQUE REFERENCES shop.customers,
    plan text NOT NULL,
    status text NOT NULL,
    price_amount numeric(14, 2) NOT NULL,
    currency text NOT NULL,
    renews_on date
);

CREATE TABLE IF NOT EXISTS shop.executed_actions (
    key text PRIMARY KEY,
    arguments jsonb NOT NULL,
    reference text NOT NULL,
    executed_at timestamptz NOT NULL
);

-- Refunds with their notes, in a shop that keeps no keys. A note is no key: two refunds may have the same.
CREATE TABLE IF NOT EXISTS shop.refunds (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference text NOT NULL,
    payment_id text NOT NULL,
    amount numeric(14, 2) NOT NULL,
    currency text NOT NULL,
    note text NOT NULL
);

-- One row for each real effect. The key is on purpose not unique here: an action that happened twice under one key
-- must show as two rows, not as an error.
CREATE TABLE IF NOT EXISTS shop.effects (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL,
    kind text NOT NULL,
    target text NOT NULL,
    amount numeric(14, 2),
    currency text,
    at timestamptz NOT NULL
);

CREATE OR REPLACE FUNCTION shop.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'shop.effects is append-only: it says what happened, and that does not change';
END
$$;
CREATE OR REPLACE TRIGGER effects_append_only
    BEFORE UPDATE OR DELETE ON shop.effects
    FOR EACH ROW EXECUTE FUNCTION shop.refuse_change();
