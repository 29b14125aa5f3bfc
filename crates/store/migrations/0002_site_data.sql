-- What data a site keeps: long, and changes at other times than the rest of what is known of it.
CREATE TABLE site_data (
    site TEXT NOT NULL PRIMARY KEY,
    data TEXT NOT NULL
);
