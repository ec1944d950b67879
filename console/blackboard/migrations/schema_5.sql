-- From version 4 to 5: who stands in for a reviewer. Only a column is added; a moziplus that knows version 2 can use the file.

ALTER TABLE seats ADD COLUMN stand_in TEXT CHECK (stand_in IN ('wanted', 'sought'));
