"""Config as frozen records: shipped, home, project and environment, merged and checked."""
