-- From version 2 to 3: schedules by a calendar. Only columns are added; a moziplus that knows version 2 can use the file.

ALTER TABLE schedules ADD COLUMN cron TEXT;
ALTER TABLE schedules ADD COLUMN zone TEXT;
ALTER TABLE schedules ADD COLUMN skips TEXT NOT NULL DEFAULT '';
