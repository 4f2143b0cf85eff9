"""Response: who responded clinically, with an audit of every criterion and the trial table."""
