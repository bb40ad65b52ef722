using System.Security.Claims;

namespace Gateway.Access;

/// <summary>The keys and grants that hold now. Changed as a whole; what a change takes away ends at once.</summary>
internal sealed class AccessRules
{
    private volatile Rules current;

    public AccessRules(SecurityOptions options) => current = new Rules(options, before: null);

    /// <summary>Whether callers have to say who they are. Once they have to, a change that leaves no key lets nobody in.</summary>
    public bool Required => current.Required;

    /// <summary>Users of this host of whom nothing is asked; null for everybody who can connect.</summary>
    public LocalUsers? LocalUsers => current.LocalUsers;

    /// <summary>The caller of whom nothing is asked.</summary>
    public GrantedAccess Everyone => current.Everyone;

    /// <summary>Whose key it is; null where it is none.</summary>
    public GrantedAccess? OfKey(string key)
    {
        // All of them are tried, so that the time tells nothing of which one it was.
        GrantedAccess? found = null;
        foreach (var known in current.Keys.Values)
        {
            found = known.Hash.IsOf(key) ? known.Access : found;
        }

        return found;
    }

    /// <summary>What the bearer of a valid token may do.</summary>
    public GrantedAccess OfToken(ClaimsPrincipal token, DateTimeOffset? expires)
    {
        var rules = current;
        var grants = rules.Claims.Where(grant => token.HasClaim(grant.Claim, grant.Value)).Select(static grant => grant.Grant);
        return new GrantedAccess(CallerKinds.Token, token.FindFirstValue("sub")!, new Grants(grants), rules.ClaimsEnd.Token, expires) { Issuer = token.FindFirstValue("iss") };
    }

    /// <summary>Takes other keys and grants, which were checked. What is unlike before is revoked.</summary>
    public void Change(SecurityOptions options)
    {
        var before = current;
        current = new Rules(options, before);
        before.EndWhatIsNotIn(current);
    }

    private sealed record Key(string Text, KeyHash Hash, GrantedAccess Access, CancellationTokenSource End);

    private sealed class Rules
    {
        private readonly CancellationTokenSource everyoneEnds;
        private readonly string claimsText;

        public Rules(SecurityOptions options, Rules? before)
        {
            LocalUsers = LocalUsers.Of(options.LocalUsers);
            // Who takes away the last key shuts somebody out, and does not let everybody in.
            Required = options.IsRequired() || (before is { Required: true } && LocalUsers is null);
            everyoneEnds = before is { Required: false } && !Required && Same(before.LocalUsers, LocalUsers) ? before.everyoneEnds : new CancellationTokenSource();
            Everyone = new GrantedAccess(CallerKinds.Anonymous, GrantedAccess.Anonymous, Grants.Everything, everyoneEnds.Token);
            Keys = options.ApiKeys.ToDictionary(static key => key.Key, key => Same(before, key.Key, key.Value) ?? New(key.Key, key.Value));
            Claims = [.. (options.Jwt?.Grants ?? []).Select(static grant => (grant.Claim!, grant.Value!, Grants.Read(grant.Role!, grant.Vms, grant.Endpoints)))];
            claimsText = string.Join('\n', (options.Jwt?.Grants ?? []).Select(static grant => $"{grant.Claim}={grant.Value}:{Text(grant.Role, grant.Vms, grant.Endpoints)}"));
            ClaimsEnd = before?.claimsText == claimsText ? before.ClaimsEnd : new CancellationTokenSource();
        }

        public bool Required { get; }

        public LocalUsers? LocalUsers { get; }

        public GrantedAccess Everyone { get; }

        public IReadOnlyDictionary<string, Key> Keys { get; }

        public IReadOnlyList<(string Claim, string Value, Grant Grant)> Claims { get; }

        public CancellationTokenSource ClaimsEnd { get; }

        public void EndWhatIsNotIn(Rules now)
        {
            CancellationTokenSource[] mine = [everyoneEnds, ClaimsEnd, .. Keys.Values.Select(static key => key.End)];
            foreach (var ended in mine.Except([now.everyoneEnds, now.ClaimsEnd, .. now.Keys.Values.Select(static key => key.End)]))
            {
                ended.Cancel();
            }
        }

        private static bool Same(LocalUsers? one, LocalUsers? other) => one is null ? other is null : other is not null && one.Ids.SetEquals(other.Ids);

        private static Key? Same(Rules? before, string name, ApiKeyOptions options) =>
            before?.Keys.GetValueOrDefault(name) is { } known && known.Text == Text(options) ? known : null;

        private static Key New(string name, ApiKeyOptions options)
        {
            var end = new CancellationTokenSource();
            var grants = new Grants(options.Grants.Select(static grant => Grants.Read(grant.Role!, grant.Vms, grant.Endpoints)));
            return new Key(Text(options), KeyHash.TryParse(options.Hash!)!, new GrantedAccess(CallerKinds.Key, name, grants, end.Token), end);
        }

        private static string Text(ApiKeyOptions options) =>
            string.Join('\n', options.Grants.Select(static grant => Text(grant.Role, grant.Vms, grant.Endpoints)).Prepend(options.Hash));

        private static string Text(string? role, IEnumerable<string> vms, IEnumerable<string> endpoints) =>
            $"{role}@{string.Join(',', vms)}@{string.Join(',', endpoints)}";
    }
}

/// <summary>What the options amount to.</summary>
internal static class SecurityRequirement
{
    /// <summary>Whether callers have to say who they are.</summary>
    public static bool IsRequired(this SecurityOptions options) => options.ApiKeys.Count > 0 || options.Jwt is not null;
}
