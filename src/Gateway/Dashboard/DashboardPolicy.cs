using System.IO.Hashing;
using System.Text;
using Gateway.Access;

namespace Gateway.Dashboard;

/// <summary>
/// The content security policy of the page. It loads and contacts nothing but the gateway that served it, and the configured provider to sign in. It runs no
/// inline script, and cannot turn text into HTML or script (Trusted Types).
/// </summary>
/// <param name="Text">The value of the header.</param>
internal sealed record DashboardPolicy(string Text)
{
    /// <summary>Identifies the policy in the page's entity tag: a browser that keeps the page must not keep an outdated policy with it.</summary>
    public string Tag { get; } = $"-{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(Text)):x}";

    /// <summary>Returns the policy for the current settings.</summary>
    public static DashboardPolicy Of(SecurityOptions security)
    {
        var provider = security.Jwt is { ClientId: not null, Authority: { } authority } ? $" {OriginOf(new Uri(authority))}" : "";
        return new DashboardPolicy(
            $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'{provider}; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    }

    // Headers are ASCII, so a name in other letters needs its IDN form. Addresses of IPv6 have none.
    private static string OriginOf(Uri authority) =>
        $"{authority.Scheme}://{(authority.HostNameType == UriHostNameType.Dns ? authority.IdnHost : authority.Host)}{(authority.IsDefaultPort ? "" : $":{authority.Port}")}";
}
