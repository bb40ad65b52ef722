using Gateway.Access;
using Gateway.Settings;
using Gateway.Vms;
using Gateway.Vms.Registry;

namespace Gateway.Requests.Binding;

/// <summary>
/// Finds the VM that a request is about: the VM in the path, or the default VM if the path names none. A VM that the caller
/// may not see is treated as unknown.
/// </summary>
internal sealed class RequestedVm(IVms vms, Current<ConfiguredVms> configured)
{
    /// <summary>Whether the route is about one VM.</summary>
    public static bool IsAsked(HttpContext context) =>
        Named(context) is not null || context.Items.ContainsKey(typeof(IVm)) || context.ApiRoute() is { IsAboutVm: true };

    /// <summary>The id in the path.</summary>
    public static string? Named(HttpContext context) => context.Request.RouteValues["vm"] as string;

    /// <summary>Returns the VM of the request.</summary>
    /// <exception cref="VmNotFoundException">There is no such VM, or the caller may not see it.</exception>
    /// <exception cref="VmAmbiguousException">The request names no VM, and there are several.</exception>
    public IVm Of(HttpContext context)
    {
        if (context.Items[typeof(IVm)] is IVm known)
        {
            return known;
        }

        var grants = context.User.Access().Grants;
        var vm = Named(context) is { } id ? vms.Get(id, grants) : Default(grants);
        context.Items[typeof(IVm)] = vm;
        return vm;
    }

    /// <summary>Returns the id of the VM; null if the request is about no VM, or the caller may not see it.</summary>
    public string? IdOf(HttpContext context)
    {
        if (!IsAsked(context))
        {
            return null;
        }

        try
        {
            return Of(context).Id;
        }
        catch (Exception none) when (none is VmNotFoundException or VmAmbiguousException)
        {
            return null;
        }
    }

    private IVm Default(Grants grants)
    {
        if (configured.Value.Default is { } id)
        {
            // The default VM's id comes from the configuration, so the response must not reveal it to a caller who may not see the VM.
            return grants.Sees(id) ? vms.Get(id, grants) : throw new VmNotFoundException(null);
        }

        return vms.SeenWith(grants) switch
        {
            [var only] => only,
            [] => throw new VmNotFoundException(null),
            var several => throw new VmAmbiguousException([.. several.Select(static vm => vm.Id)]),
        };
    }
}
