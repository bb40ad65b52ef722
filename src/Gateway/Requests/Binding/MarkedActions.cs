using Microsoft.AspNetCore.Mvc.ApplicationModels;

namespace Gateway.Requests.Binding;

/// <summary>Marks every action of a controller.</summary>
internal sealed class MarkedActions : IActionModelConvention
{
    public void Apply(ActionModel action)
    {
        var mark = new ApiRouteAttribute { IsAboutVm = action.Parameters.Any(static parameter => parameter.BindingInfo?.BinderType == typeof(VmBinder)) };
        foreach (var selector in action.Selectors)
        {
            selector.EndpointMetadata.Add(mark);
        }
    }
}
