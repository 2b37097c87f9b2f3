"""Values to what people read: text, JSON, CSV and a trace. No arithmetic beyond units and rounding for display."""
