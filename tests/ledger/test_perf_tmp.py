import time
from datetime import date
from shop.ledger.entries import Entry, debit, credit
from shop.ledger import accounts as a
from shop.ledger.posting import *
from shop.ledger.queries import *
from shop.ledger.verifying import verify
def test_perf(unit, now):
    import resource
    t=time.time()
    es=[Entry.of(f"old:{i}",kind="k",effective_on=date(2026,11,18),lines=[debit(a.processor("stripe"),25*100*3)]+[credit(a.vendor_payable((i+j)%200),200,vendor_id=(i+j)%200,order_line_id=i*50+j,channel="web") for j in range(25)]+[credit(a.COMMISSION,100,vendor_id=(i+j)%200,order_line_id=i*50+j,channel="web") for j in range(25)]) for i in range(30000)]
    print("built",time.time()-t); t=time.time()
    with unit() as s:
        post_entries(s,es,now=now)
    print("posted",time.time()-t); t=time.time()
    with unit() as s:
        post_entries(s,es,now=now)
    print("replayed",time.time()-t); t=time.time()
    with unit() as s: print(verify(s))
    print("verify",time.time()-t); t=time.time()
    with unit() as s: trial_balance(s); print("tb",time.time()-t); t=time.time(); trial_balance(s,as_of=date(2026,11,30)); print("tb asof",time.time()-t); t=time.time(); list_entries(s,account="liabilities:vendor_payable:7"); print("list",time.time()-t)
    t=time.time()
    with unit() as s: balance_of(s,a.COMMISSION);print("bal",time.time()-t); t=time.time(); list_entries(s,reference="old:777");print("list ref",time.time()-t); 
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024,"MB")
