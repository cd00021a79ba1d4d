/* SPDX-License-Identifier: GPL-2.0 */
/* The module's tracepoints: one for each trap, exit and call that is counted. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM cvmstat

#if !defined(CVMSTAT_TRACEPOINTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define CVMSTAT_TRACEPOINTS_H

#include <linux/tracepoint.h>
#include <linux/cvmstat.h>

struct cvm_traced;

int cvm_trace_reg(void);
void cvm_trace_unreg(void);
int cvm_done_reg(void);
void cvm_done_unreg(void);

/* Tools read names and numbers out of an event's format. */
TRACE_DEFINE_ENUM(CVMSTAT_CLASS_VC);
TRACE_DEFINE_ENUM(CVMSTAT_CLASS_VMGEXIT);
TRACE_DEFINE_ENUM(CVMSTAT_CLASS_GHCB_MSR);
TRACE_DEFINE_ENUM(CVMSTAT_CLASS_VE);
TRACE_DEFINE_ENUM(CVMSTAT_CLASS_TDVMCALL);
TRACE_DEFINE_ENUM(CVMSTAT_CLASS_TDCALL);
TRACE_DEFINE_ENUM(CVMSTAT_CLASS_SVSM);
TRACE_DEFINE_ENUM(CVMSTAT_CLASS_AUTO);
TRACE_DEFINE_ENUM(CVMSTAT_OP_READ);
TRACE_DEFINE_ENUM(CVMSTAT_OP_WRITE);
TRACE_DEFINE_ENUM(CVMSTAT_PROVENANCE_INFERRED);
TRACE_DEFINE_ENUM(CVMSTAT_PROVENANCE_ESTIMATED);

#define CVM_SHOW_CLASS(class) \
	__print_symbolic(class, \
			 { CVMSTAT_CLASS_VC, "vc" }, \
			 { CVMSTAT_CLASS_VMGEXIT, "vmgexit" }, \
			 { CVMSTAT_CLASS_GHCB_MSR, "ghcb-msr" }, \
			 { CVMSTAT_CLASS_VE, "ve" }, \
			 { CVMSTAT_CLASS_TDVMCALL, "tdvmcall" }, \
			 { CVMSTAT_CLASS_TDCALL, "tdcall" }, \
			 { CVMSTAT_CLASS_SVSM, "svsm" }, \
			 { CVMSTAT_CLASS_AUTO, "auto" })
#define CVM_SHOW_OP(op) \
	__print_symbolic(op, \
			 { CVMSTAT_OP_READ, " read" }, \
			 { CVMSTAT_OP_WRITE, " write" }, \
			 { 0, "" })
#define CVM_SHOW_PROVENANCE(provenance) \
	__print_symbolic(provenance, \
			 { CVMSTAT_PROVENANCE_INFERRED, " inferred" }, \
			 { CVMSTAT_PROVENANCE_ESTIMATED, " estimated" }, \
			 { 0, "" })

DECLARE_EVENT_CLASS(cvmstat_event,
		    TP_PROTO(const struct cvm_traced *traced),
		    TP_ARGS(traced),
		    TP_STRUCT__entry(__field(u64, code)
				     __field(u64, detail)
				     __field(unsigned long, ip)
				     __field(u8, class)
				     __field(u8, op)
				     __field(u8, user)
				     __field(u8, has_detail)
				     __field(u8, provenance)
		    ),
		    TP_fast_assign(__entry->code = traced->ev.code;
				   __entry->detail = traced->ev.has_detail ?
						     traced->ev.detail : 0;
				   __entry->ip = traced->regs.ip;
				   __entry->class = traced->ev.class;
				   __entry->op = traced->ev.op;
				   __entry->user = traced->ev.user;
				   __entry->has_detail = traced->ev.has_detail;
				   __entry->provenance = cvm_provenance_of(traced->ev.class,
									   traced->ev.code);
		    ),
		    TP_printk("%s code=0x%llx detail=0x%llx%s ip=%pS%s%s",
			      CVM_SHOW_CLASS(__entry->class), __entry->code,
			      __entry->detail, CVM_SHOW_OP(__entry->op),
			      (void *)__entry->ip, __entry->user ? " user" : "",
			      CVM_SHOW_PROVENANCE(__entry->provenance))
);

DEFINE_EVENT_FN(cvmstat_event, trap,
		TP_PROTO(const struct cvm_traced *traced), TP_ARGS(traced),
		cvm_trace_reg, cvm_trace_unreg);
DEFINE_EVENT_FN(cvmstat_event, exit,
		TP_PROTO(const struct cvm_traced *traced), TP_ARGS(traced),
		cvm_trace_reg, cvm_trace_unreg);
DEFINE_EVENT_FN(cvmstat_event, call,
		TP_PROTO(const struct cvm_traced *traced), TP_ARGS(traced),
		cvm_trace_reg, cvm_trace_unreg);

/* The handler of a trap has returned, and what it took. */
TRACE_EVENT_FN(done,
	       TP_PROTO(const struct cvm_traced *traced),
	       TP_ARGS(traced),
	       TP_STRUCT__entry(__field(u64, code)
				__field(u64, ns)
				__field(unsigned long, ip)
				__field(u8, class)
				__field(u8, user)
	       ),
	       TP_fast_assign(__entry->code = traced->ev.code;
			      __entry->ns = traced->ns;
			      __entry->ip = traced->regs.ip;
			      __entry->class = traced->ev.class;
			      __entry->user = traced->ev.user;
	       ),
	       TP_printk("%s code=0x%llx ns=%llu ip=%pS%s",
			 CVM_SHOW_CLASS(__entry->class), __entry->code, __entry->ns,
			 (void *)__entry->ip, __entry->user ? " user" : ""),
	       cvm_done_reg, cvm_done_unreg
);

#endif /* CVMSTAT_TRACEPOINTS_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH perf
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE tracepoints
#include <trace/define_trace.h>
