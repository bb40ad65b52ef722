using System.Text.RegularExpressions;
using Gateway.Tests.OpenApi;
using Xunit;

namespace Gateway.Tests.Architecture;

/// <summary>SQLite stays behind one seam, <c>Data/Sqlite</c>, whose own exception is the only one that other folders have to know.</summary>
public sealed partial class SqliteTests
{
    private static readonly string Source = Repository.PathOf("src", "Gateway");

    [Fact]
    public void Only_the_seam_names_the_library() => Assert.Empty(FilesWith(Library(), "Data/Sqlite/"));

    [Fact]
    public void Only_the_files_of_the_journal_and_of_the_answers_have_SQL() =>
        Assert.Empty(FilesWith(Sql(), "Data/Sqlite/", "Journal/Sqlite/", "Requests/Idempotency/AnswerFile.cs"));

    [Theory]
    [InlineData("using Microsoft.Data.Sqlite;", true)]
    [InlineData("catch (SqliteException failure)", true)]
    [InlineData("raw.sqlite3_step(statement)", true)]
    [InlineData("using Gateway.Data.Sqlite;", false)]
    [InlineData("// SQLite does not look.", false)]
    public void The_library_is_recognized(string line, bool isNamed) => Assert.Equal(isNamed, Library().IsMatch(line));

    [Theory]
    [InlineData("reader.Number(\"SELECT max(id) FROM events\")", true)]
    [InlineData("$\"DELETE FROM events\"", true)]
    [InlineData("        PRAGMA page_size=16384;", true)]
    [InlineData("// Selects what to delete from the list.", false)]
    public void SQL_is_recognized(string line, bool isSql) => Assert.Equal(isSql, Sql().IsMatch(line));

    private static IEnumerable<string> FilesWith(Regex pattern, params string[] allowed) =>
        from path in Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        let file = Path.GetRelativePath(Source, path)
        where !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal)
        where !allowed.Any(file.StartsWith) && pattern.IsMatch(File.ReadAllText(path))
        select file;

    [GeneratedRegex(@"\bMicrosoft\.Data\.Sqlite\b|\bSQLitePCL\b|\bSqlite[A-Z]\w*|\bsqlite3_\w+")]
    private static partial Regex Library();

    [GeneratedRegex(@"\b(SELECT|DELETE|INSERT INTO|UPDATE|PRAGMA|CREATE TABLE) \w")]
    private static partial Regex Sql();
}
