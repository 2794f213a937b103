-- An agent's secrets change without losing a reading: the ones before stay good for a while.

alter table agents
  add column previous_secret_hash bytea,
  -- Sealed as hmac_key is.
  add column previous_hmac_key bytea,
  -- Until when the previous two are taken; null: there are none.
  add column previous_until timestamptz,
  -- The login secret as Mosquitto's password file holds it ($7$, PBKDF2-SHA512); null for agents enrolled before this.
  add column broker_password text;

-- A token that gives an agent new secrets instead of making one.
alter table enrolment_tokens add column renews uuid;
