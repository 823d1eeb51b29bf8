# Turns .sql files into C string constants.
#   schema/NNN-topic.sql   one string per file, gathered in SQL_SCHEMA[]
#   seed/NNN-topic.sql     the same, in SQL_SEED[]
#   query/area.sql         one string per "-- name: thing", as SQL_THING, and
#                          all in SQL_QUERIES[]; "-- scans: reason" under the
#                          name lets it go through a whole large table
# The files keep to SQL that SQLite and PostgreSQL both take. What SQLite wants
# otherwise is changed here: BIGINT becomes INTEGER, and the ");" that closes a
# table becomes ") STRICT;", so that no value of a wrong type is ever kept. A
# table whose key is several columns is kept in the order of that key alone.
# Usage: awk -v want=header|source -f sql/embed.awk schema seed and query files

function quoted(line)
{
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	return "\t\"" line "\\n\"\n"
}

function close_query()
{
	if (name == "")
		return
	if (want == "header")
		printf "extern const char SQL_%s[];\n", name
	else
		printf "const char SQL_%s[] =\n%s\t;\n", name, body
	names = names sprintf("\t{ \"%s\", SQL_%s, %s },\n", tolower(name), name, scans ? "true" : "false")
	name = body = ""
	scans = 0
}

FNR == 1 {
	close_query()
	schema = (FILENAME ~ /\/schema\//)
	seed = (FILENAME ~ /\/seed\//)
	if (schema)
		steps++
	if (seed)
		seeds++
}
schema {
	gsub(/BIGINT/, "INTEGER")
	if (/^\tPRIMARY KEY \(/)
		ordered = 1
	if (sub(/^\);$/, ordered ? ") STRICT, WITHOUT ROWID;" : ") STRICT;"))
		ordered = 0
	step[steps] = step[steps] quoted($0)
	next
}
seed { grain[seeds] = grain[seeds] quoted($0); next }
/^-- scans: / { scans = 1; next }
/^-- name: / { close_query(); name = toupper($3); next }
/^[ \t]*(--.*)?$/ { next }
name != "" { body = body quoted($0) }

BEGIN {
	print "/* Made from sql/ by sql/embed.awk. Edit the .sql files instead. */"
	if (want == "header")
		print "#ifndef STORE_SQL_H\n#define STORE_SQL_H\n\n#include <stdbool.h>\n#include <stddef.h>\n"
	else
		print "#include \"store/sql.h\"\n"
}

END {
	close_query()
	if (want == "header") {
		print "\nstruct sql_named { const char *name, *text; bool scans; };"
		print "extern const char *const SQL_SCHEMA[];"
		print "extern const size_t SQL_SCHEMA_STEPS;"
		print "extern const char *const SQL_SEED[];"
		print "extern const size_t SQL_SEED_STEPS;"
		print "extern const struct sql_named SQL_QUERIES[];"
		print "extern const size_t SQL_QUERY_COUNT;\n\n#endif"
		exit
	}
	print "\nconst char *const SQL_SCHEMA[] = {"
	for (i = 1; i <= steps; i++)
		printf "%s\t,\n", step[i]
	print "};\n"
	printf "const size_t SQL_SCHEMA_STEPS = %d;\n\n", steps
	print "const char *const SQL_SEED[] = {"
	for (i = 1; i <= seeds; i++)
		printf "%s\t,\n", grain[i]
	print "\tNULL,\n};\n"
	printf "const size_t SQL_SEED_STEPS = %d;\n\n", seeds
	printf "const struct sql_named SQL_QUERIES[] = {\n%s};\n\n", names
	print "const size_t SQL_QUERY_COUNT = sizeof(SQL_QUERIES) / sizeof(SQL_QUERIES[0]);"
}
