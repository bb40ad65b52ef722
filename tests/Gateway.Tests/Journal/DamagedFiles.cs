namespace Gateway.Tests.Journal;

/// <summary>What may happen to a file on a disk that fails, or at the hands of people.</summary>
public static class DamagedFiles
{
    /// <summary>Does one of those to a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="how"><c>empty</c>, <c>directory</c>, <c>truncated</c>, <c>overwritten</c> or <c>header</c>.</param>
    /// <param name="random">Where.</param>
    public static void Damage(string path, string how, Random random)
    {
        var content = File.ReadAllBytes(path);
        switch (how)
        {
            case "empty":
                content = [];
                break;
            case "directory":
                File.Delete(path);
                Directory.CreateDirectory(path);
                return;
            case "truncated":
                content = content[..random.Next(1, content.Length)];
                break;
            case "overwritten":
                for (var i = 0; i < 20; i++)
                {
                    random.NextBytes(content.AsSpan(random.Next(100, content.Length - 64), 64));
                }

                break;
            case "header":
                random.NextBytes(content.AsSpan(0, 100));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, null);
        }

        File.WriteAllBytes(path, content);
    }
}
