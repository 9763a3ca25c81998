"""Imports every room's tables, so that the metadata is whole for migrations and tests."""

from shop.carts import models as carts
from shop.catalog import ddl as catalog_ddl
from shop.catalog import models as catalog
from shop.hall import models as hall
from shop.jobs import models as jobs
from shop.ledger import models as ledger
from shop.messages import models as messages
from shop.orders import models as orders
from shop.payments import models as payments
from shop.people import models as people
from shop.reconciliation import models as reconciliation
from shop.settlements import models as settlements
from shop.stock import models as stock
from shop.vendors import models as vendors

__all__ = ["carts", "catalog", "catalog_ddl", "hall", "jobs", "ledger", "messages", "orders", "payments", "people",
           "reconciliation", "settlements", "stock", "vendors"]
