using System.Security.Cryptography;
using System.Text;

namespace Gateway.Access;

/// <summary>The salted hash of a key: <c>sha256:SALT:HEX</c>.</summary>
internal sealed record KeyHash(string Salt, string Hex)
{
    private const string Algorithm = "sha256";

    public const string Format = "sha256:SALT:HEX, where HEX is the SHA-256 of the salt followed by the key";

    /// <summary>Parses a hash. Returns null if the text is not a hash.</summary>
    public static KeyHash? TryParse(string text) =>
        text.Split(':') is [Algorithm, { Length: > 0 } salt, { Length: 2 * SHA256.HashSizeInBytes } hex] && hex.All(char.IsAsciiHexDigit)
            ? new KeyHash(salt, hex.ToLowerInvariant())
            : null;

    /// <summary>Computes the hash of a key.</summary>
    public static KeyHash Of(string salt, string key) => new(salt, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(salt + key))));

    /// <summary>Whether this is the hash of a key. The comparison takes constant time.</summary>
    public bool IsOf(string key) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Of(Salt, key).Hex), Encoding.ASCII.GetBytes(Hex));

    public override string ToString() => $"{Algorithm}:{Salt}:{Hex}";
}
