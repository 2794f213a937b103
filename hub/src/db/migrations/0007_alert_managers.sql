-- What a manager sets, a manager takes back: a rule goes back to its default, a channel is not told any more.
alter policy purgers on alert_rules using (coalesce(current_setting('hearst.role', true), '')
  in ('super_admin', 'project_manager'));
alter policy purgers on notification_channels using (coalesce(current_setting('hearst.role', true), '')
  in ('super_admin', 'project_manager'));
alter policy purgers on alert_rules rename to writers_delete;
alter policy purgers on notification_channels rename to writers_delete;
