"""Made-up files in the layouts of the publishers; no figure in them is a published one."""
