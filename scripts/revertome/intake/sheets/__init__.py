"""Sample sheet and visits sheet: from columns and fields to the roles of a study."""
