using Gateway.Data;
using Gateway.Data.Sqlite;
using Gateway.Journal;
using Gateway.Requests.Idempotency;
using Gateway.Settings;
using Gateway.Vms.Registry;

namespace Gateway.Configuration;

/// <summary>Checks a data directory without locking or changing it.</summary>
internal static class DataDirectoryCheck
{
    /// <summary>Whether a running gateway holds the directory.</summary>
    public static bool IsInUse(string path)
    {
        if (!Directory.Exists(path))
        {
            return false;
        }

        try
        {
            using var directory = LibC.OpenDirectory(path);
            return LibC.IsLocked(directory);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Reports what would prevent a gateway from using the directory.</summary>
    public static IEnumerable<string> Faults(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                var parent = path;
                while (!Path.Exists(parent))
                {
                    parent = Path.GetDirectoryName(parent)!;
                }

                LibC.ThrowUnlessWritable(parent, isDirectory: true);
                return Directory.Exists(parent) ? [] : throw new IOException($"{parent} is not a directory");
            }

            LibC.ThrowUnlessWritable(path, isDirectory: true);
            DataDirectory.ThrowIfOpenToOthers(path);
            foreach (var file in DataDirectory.FilesIn(path))
            {
                LibC.ThrowUnlessWritable(file, isDirectory: false);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [$"Gateway:DataDirectory = '{path}' cannot be used: {failure.Message}"];
        }

        return Damage(path);
    }

    private static IEnumerable<string> Damage(string path)
    {
        try
        {
            _ = new VmStore(Path.Combine(path, VmStore.FileName)).Load();
            // Files can look damaged while a running gateway writes to them, so they are checked only if none is running.
            foreach (var file in IsInUse(path) ? [] : ((string[])[EventJournal.FileName, KeptAnswers.FileName]).Select(name => Path.Combine(path, name)).Where(Path.Exists))
            {
                try
                {
                    DataFiles.Check(file);
                }
                catch (InvalidDataException damaged)
                {
                    throw DataFiles.Refusal("The file", file, damaged);
                }
            }

            return [];
        }
        catch (ConfigurationException damaged)
        {
            return [damaged.Message];
        }
    }
}
