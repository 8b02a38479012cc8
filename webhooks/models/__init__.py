from webhooks.models.deliveries import Delivery, DeliveryState
from webhooks.models.endpoints import Endpoint, EndpointState

__all__ = ["Delivery", "DeliveryState", "Endpoint", "EndpointState"]
