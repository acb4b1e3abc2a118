"""Names compared as a village writes them: one sound, several spellings."""

from django.db import models


class NameKey(models.Func):
    """How a name sounds, whatever its spelling, spacing, order of words and titles: `Index(NameKey("name"))`.

    Old and new spelling become one (Soetjipto, Sucipto), doubled letters single, h and vowels after the first letter
    fall out; the words are sorted. Made by the database's own function `name_key`, so that an index can use it.
    """

    function = "name_key"
    arity = 1
    output_field = models.TextField()


class NameSimilarity(models.Func):
    """How alike two names are, 0 to 1: shared letter triples over all of them (Jaccard). Arguments: two texts."""

    function = "name_similarity"
    arity = 2
    output_field = models.FloatField()


# Immutable, so that an index may rest on them; plain SQL, since the embedded server has no pg_trgm or fuzzystrmatch.
# BEGIN ATOMIC binds the names when they are made: PostgreSQL builds indexes with a search_path of its own.
CREATE_FUNCTIONS = r"""
CREATE FUNCTION name_plain(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT BEGIN ATOMIC
    SELECT btrim(regexp_replace(regexp_replace(
        -- Titles behind a comma and before the name say nothing of who it is.
        regexp_replace(split_part(lower(name), ',', 1), '\m(h|hj|haji|hajah|dr|drs|dra|ir|bapak|ibu|bpk|sdr|sdri|alm|almh)\M\.?', ' ', 'g'),
        '[^a-z ]', ' ', 'g'), ' +', ' ', 'g'));
END;

CREATE FUNCTION name_sound(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT BEGIN ATOMIC
    SELECT substr(spoken, 1, 1) || regexp_replace(translate(substr(spoken, 2), 'aeiouh', ''), '(.)\1+', '\1', 'g')
    FROM (SELECT regexp_replace(
        replace(replace(replace(replace(replace(replace(replace(
            word, 'oe', 'u'), 'dj', 'j'), 'tj', 'c'), 'nj', 'ni'), 'sj', 's'), 'ch', 'h'), 'q', 'k'),
        '(.)\1+', '\1', 'g') AS spoken) AS said;
END;

CREATE FUNCTION name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT BEGIN ATOMIC
    SELECT coalesce(string_agg(name_sound(word), ' ' ORDER BY name_sound(word) COLLATE "C"), '')
    FROM unnest(string_to_array(translate(name_plain(name), 'yvzx', 'ifss'), ' ')) AS word WHERE word <> '';
END;

CREATE FUNCTION name_triples(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT BEGIN ATOMIC
    SELECT coalesce(array_agg(DISTINCT substr(padded, at, 3)), '{}')
    FROM (SELECT '  ' || name_plain(name) || ' ' AS padded) AS text, generate_series(1, length(padded) - 2) AS at;
END;

CREATE FUNCTION name_similarity(one text, other text) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT BEGIN ATOMIC
    SELECT coalesce(shared::double precision / nullif(cardinality(a) + cardinality(b) - shared, 0), 0)
    FROM (SELECT name_triples(one) AS a, name_triples(other) AS b) AS sets,
         LATERAL (SELECT count(*) AS shared FROM unnest(a) AS triple WHERE triple = ANY (b)) AS both_have;
END;
"""
DROP_FUNCTIONS = """
DROP FUNCTION name_similarity(text, text);
DROP FUNCTION name_triples(text);
DROP FUNCTION name_key(text);
DROP FUNCTION name_sound(text);
DROP FUNCTION name_plain(text);
"""
