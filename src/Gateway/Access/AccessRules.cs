using System.Security.Claims;

namespace Gateway.Access;

/// <summary>The current keys and grants. They are replaced as a whole, and access that a change removes is revoked immediately.</summary>
internal sealed class AccessRules
{
    private volatile Rules current;

    public AccessRules(SecurityOptions options) => current = new Rules(options, before: null);

    /// <summary>Whether authentication is required. Once it is, removing the last key does not turn it off: no caller has access then.</summary>
    public bool Required => current.Required;

    /// <summary>The users of this host who need no key while authentication is not required. Null for everybody who can connect.</summary>
    public LocalUsers? LocalUsers => current.LocalUsers;

    /// <summary>The caller of every request while authentication is not required.</summary>
    public GrantedAccess Everyone => current.Everyone;

    /// <summary>Returns the access of the caller with this key, or null if the key is unknown.</summary>
    public GrantedAccess? OfKey(string key)
    {
        // Compares all keys, so that the time does not reveal which one matched.
        GrantedAccess? found = null;
        foreach (var known in current.Keys.Values)
        {
            found = known.Hash.IsOf(key) ? known.Access : found;
        }

        return found;
    }

    /// <summary>Returns the access of the caller with a valid token.</summary>
    public GrantedAccess OfToken(ClaimsPrincipal token, DateTimeOffset? expires)
    {
        var rules = current;
        var grants = rules.Claims.Where(grant => token.HasClaim(grant.Claim, grant.Value)).Select(static grant => grant.Grant);
        return new GrantedAccess(CallerKinds.Token, token.FindFirstValue("sub")!, new Grants(grants), rules.ClaimsEnd.Token, expires) { Issuer = token.FindFirstValue("iss") };
    }

    /// <summary>Replaces the keys and grants with others, which must be valid. Access by removed or changed ones is revoked.</summary>
    public void Change(SecurityOptions options)
    {
        var before = current;
        current = new Rules(options, before);
        before.RevokeUnlessIn(current);
    }

    private sealed record Key(string Text, KeyHash Hash, GrantedAccess Access, CancellationTokenSource End);

    private sealed class Rules
    {
        private readonly CancellationTokenSource everyoneEnds;
        private readonly string claimsText;

        public Rules(SecurityOptions options, Rules? before)
        {
            LocalUsers = LocalUsers.Of(options.LocalUsers);
            // Removing the last key must lock callers out, not give everybody access.
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

        public void RevokeUnlessIn(Rules now)
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
